import { safely } from '../attempt.js';
import { wireEvent } from '../encode/wire-event.js';
import type { DraftEvent, RawFields } from '../options.js';
import { add } from '../queue/batcher.js';
import { isOn, isWanted, settings } from '../settings.js';
import { pageContext } from './page-context.js';

/** Shows every event before it is captured: what it returns is captured instead, nothing when that is null or when it throws. */
export type BeforeSend = (event: DraftEvent) => DraftEvent | null;

let beforeSend: BeforeSend = (event) => event;

export function setBeforeSend(hook: BeforeSend): void {
	beforeSend = hook;
}

/**
 * Puts an event into the open batch.
 *
 * @param ofLast whether it belongs to the page as it was at the event before
 */
export const capture = safely((name: string, raw?: RawFields, ofLast?: unknown): void => {
	const event = isOn && beforeSend({ ...raw, name } as DraftEvent);
	// The hook may have been told that the visitor says no.
	if (!event || !isOn) return;
	// What is not set is not below 1.
	const sample = settings.sample as number;
	const wire = wireEvent(event, { ...(event.props as object), ...(sample < 1 && { sample }) });
	add(pageContext(ofLast), wire);
});

/** Captures an event that nobody has called for, if the site wants such. */
export function signal(name: string, raw: RawFields): void {
	if (isWanted(name)) capture(name, raw);
}
