import { conversionsOf, type Definitions, namedEvents } from '@footfall/definitions';
import { typesLimits } from './limits.js';
import { capturedNames, type SeenEvent } from './seen-events.js';

/** An event as a declaration lists it. */
export interface ListedEvent {
	name: string;
	/** Titles of the goals of which it can be a conversion. */
	goals: readonly string[];
	/** How often and until which day the event was seen; undefined if it was not. */
	seen: Pick<SeenEvent, 'events' | 'lastDay'> | undefined;
	keys: readonly ListedKey[];
	/** Whether the event has keys besides these. */
	hasMoreKeys: boolean;
}

/** The key of a property, with the texts that an editor suggests. */
export interface ListedKey {
	key: string;
	texts: readonly string[];
}

/** The events of a declaration, and whether there are more than the limit. */
export interface ListedEvents {
	events: readonly ListedEvent[];
	hasMore: boolean;
}

/**
 * Joins the events that are defined with those that were seen. Of more than the limit, all that are defined are listed
 * first, then those that were seen most. Events, keys and texts are in the order of their UTF-16 code units. Pure.
 *
 * @param seen the most frequent first
 * @param site key of a site. @default all sites
 */
export function listEvents(definitions: Definitions, seen: readonly SeenEvent[], site?: string): ListedEvents {
	const seenByName = new Map(seen.map((event) => [event.name, event]));
	const defined = new Map(
		namedEvents(definitions, site)
			.filter(({ name }) => !capturedNames.includes(name))
			.map(({ name, keys }) => [name, keys]),
	);
	const names = [...new Set([...defined.keys(), ...seenByName.keys()])];
	const events = names
		.slice(0, typesLimits.events)
		.sort(byText)
		.map((name): ListedEvent => {
			const event = seenByName.get(name);
			const goals = conversionsOf(definitions, name, site).map(({ title }) => title);
			return { name, goals, seen: event, ...listKeys(defined.get(name) ?? new Set(), event) };
		});
	return { events, hasMore: names.length > typesLimits.events };
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);

function listKeys(defined: ReadonlySet<string>, event?: SeenEvent): Pick<ListedEvent, 'keys' | 'hasMoreKeys'> {
	const valuesOfKey = new Map(event?.keys.map(({ key, values }) => [key, values]));
	const all = [...new Set([...defined, ...valuesOfKey.keys()])];
	const keys = all
		.slice(0, typesLimits.keys)
		.sort(byText)
		.map((key) => ({ key, texts: (valuesOfKey.get(key) ?? []).filter(isSuggested).sort(byText) }));
	return { keys, hasMoreKeys: event?.hasMoreKeys === true || all.length > typesLimits.keys };
}

/** Numbers, true and false became text on the way; the types of numbers and booleans allow them. */
const isSuggested = (text: string) =>
	text !== '' && text.length <= typesLimits.valueLength && !/^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false)$/.test(text);
