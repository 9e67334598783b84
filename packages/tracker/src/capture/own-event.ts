import type { ReservedEventName } from '@footfall/protocol';
import type { ToolEventName } from '@footfall/protocol/names';
import type { EventFields } from '../options.js';

declare global {
	/**
	 * The names of the site's own events, each with its properties. `footfall types` writes a file that fills it, so that
	 * the calls of `track` are checked. While it is empty, any name and any properties are allowed.
	 */
	interface FootfallEvents {}
}

/** An event that may be captured beside those of the site: its name has a meaning in Footfall or in another tool. */
type KnownName = ReservedEventName | ToolEventName;

/** A name that `track` accepts: any while {@link FootfallEvents} is empty. */
export type EventName = [keyof FootfallEvents] extends [never] ? string : keyof FootfallEvents | KnownName;

/** Fields of an event of a name: its properties are those of {@link FootfallEvents} if that has the name. */
export interface FieldsOf<Name> extends Omit<EventFields, 'props'> {
	/** The site's own properties, at most 32. Values become text. */
	props?: Name extends keyof FootfallEvents ? FootfallEvents[Name] : NonNullable<EventFields['props']>;
}

/** The type of `track`. It stands in declarations by its name, because the compiler resolves `EventName` at once. */
export type Track = <Name extends EventName>(name: Name, fields?: FieldsOf<Name>) => void;
