import { safely } from '../attempt.js';
import { collectorNow } from '../clock.js';
import { tell } from '../listeners.js';
import type { DraftEvent, RawFields } from '../options.js';
import { add, sequence as open } from '../queue/batcher.js';
import { boundFields, wireEvent } from '../queue/wire-event.js';
import { isOn, isWanted, settings } from '../settings.js';
import { stream, visitor } from '../visitor.js';
import { pageContext } from './page-context.js';

/** Shows every event before it is captured: what it returns is captured instead, nothing when that is null or when it throws. */
export type BeforeSend = (event: DraftEvent) => DraftEvent | null;

let beforeSend: BeforeSend = (event) => event;

export function setBeforeSend(hook: BeforeSend): void {
	beforeSend = hook;
}

/**
 * Puts an event into the open batch, where it has its id at once.
 *
 * @param ofLast whether it belongs to the page as it was at the event before
 */
export const capture = safely((name: string, raw?: RawFields, ofLast?: unknown): void => {
	const event = isOn && beforeSend({ ...raw, name } as DraftEvent);
	if (!event) return;
	const fields = boundFields(event);
	if (!fields.name) throw 'an event needs a name';
	const { sample = 1 } = settings;
	const props = { ...(event.props as object), ...(sample < 1 && { sample }) };
	const sequence = open;
	const index = add(pageContext(ofLast), wireEvent(Date.now(), fields, props));
	tell('event', { ...fields, visitor, stream, sequence, index, ts: collectorNow() });
});

/** Captures an event that nobody has called for, if the site wants such. */
export function signal(name: string, raw: RawFields): void {
	if (isWanted(name)) capture(name, raw);
}
