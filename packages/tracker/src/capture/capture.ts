import type { ReservedEventName, WireContext } from '@footfall/protocol';
import { safely } from '../attempt.js';
import { choice } from '../consent.js';
import { wireEvent } from '../encode/wire-event.js';
import type { DraftEvent, RawFields, Signal } from '../options.js';
import { add } from '../queue/batcher.js';
import { isOn, isWanted, settings } from '../settings.js';
import { pageContext } from './page-context.js';

/**
 * A hook that gets every event before it is captured. What it returns is captured instead. The event is dropped when
 * the hook returns null or throws.
 */
export type BeforeSend = (event: DraftEvent) => DraftEvent | null;

let beforeSend: BeforeSend = (event) => event;

export function setBeforeSend(hook: BeforeSend): void {
	beforeSend = hook;
}

/**
 * Adds an event to the open batch.
 *
 * @param context of the event. @default the page as it is now
 * @param atMs time of the event on the page's clock, ms since 1970. @default now
 */
export const capture = safely((name: string, raw?: RawFields, context?: WireContext, atMs?: number): void => {
	// Another tab may have stored a no that this one has not heard of yet.
	const event = isOn && choice() !== 'denied' && beforeSend({ ...raw, name } as DraftEvent);
	// The hook may have called `consent('denied')`.
	if (!event || !isOn) return;
	add(context ?? pageContext(), wireEvent(event, settings.sample as number, atMs));
});

/** Captures the event of a signal, if the page wants it. */
export function signal(name: Signal & ReservedEventName, raw: RawFields): void {
	if (isWanted(name)) capture(name, raw);
}
