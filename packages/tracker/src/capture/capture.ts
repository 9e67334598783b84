import type { ReservedEventName } from '@footfall/protocol';
import { safely } from '../attempt.js';
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
 * @param isLeaving whether the event belongs to the page as it was at the previous event
 */
export const capture = safely((name: string, raw?: RawFields, isLeaving?: unknown): void => {
	const event = isOn && beforeSend({ ...raw, name } as DraftEvent);
	// The hook may have called `consent('denied')`.
	if (!event || !isOn) return;
	// A rate that is not set is not below 1.
	const sample = settings.sample as number;
	const wire = wireEvent(event, { ...(event.props as object), ...(sample < 1 && { sample }) });
	add(pageContext(isLeaving), wire);
});

/** Captures the event of a signal, if the page wants it. */
export function signal(name: Signal & ReservedEventName, raw: RawFields): void {
	if (isWanted(name)) capture(name, raw);
}
