import { encodeSmall, type Outcome, type WireBatch, type WireValue } from '@footfall/protocol';
import { warn } from '../attempt.js';
import { tell } from '../listeners.js';
import { settings } from '../settings.js';
import { forget, prefix, recall } from '../store.js';

/** A page that cannot send keeps this much, then forgets the oldest. */
const batchesMax = 400;
const bytesMax = 1_000_000;

/**
 * A batch as it is kept, in JSON: events say when they happened, and only the bytes that are sent say how long ago. What
 * comes last is when it was kept. Both on the page's clock, milliseconds since 1970.
 */
type KeptBatch = [...batch: WireBatch, keptAtMs: number];

/** A batch whose bytes never change again. */
export interface FrozenBatch {
	readonly _bytes: Uint8Array<ArrayBuffer>;
	/** Events in it. */
	readonly _events: number;
	/** The connection that it went out on last, if it is not answered. */
	_sentOn?: number;
}

/** In order, by their keys, each until it is acknowledged. */
export const waiting: Record<string, FrozenBatch> = {};
/** Events that were dropped and not yet reported. */
let dropped = 0;
let warnedOf = '';

/** The key under which a batch is kept. */
export const batchKey = (stream: unknown, sequence: unknown) => `${prefix}${stream}_${sequence}`;

/**
 * Adds a batch.
 *
 * @param text what is kept of it
 */
export function push(key: string, text: string): void {
	const batch = JSON.parse(text) as KeptBatch;
	const [keptAtMs] = batch.splice(8) as [number];
	if (waiting[key] || batch[1] !== settings.site) return;
	// A clock that was set back since makes no negative age; the shift makes a whole number of 32 bits, 0 of an age that is
	// not known.
	for (const event of batch[7]) event[0] = Math.max(0, keptAtMs - event[0]) >>> 0;
	waiting[key] = { _bytes: encodeSmall(batch as WireValue), _events: batch[7].length };
}

/** Drops the oldest batches, if there are too many. */
export function makeRoom(): void {
	while (
		Object.keys(waiting).length > batchesMax ||
		Object.values(waiting).reduce((sum, { _bytes }) => sum + _bytes.length, 0) > bytesMax
	) {
		const [[oldest, { _events }]] = Object.entries(waiting) as [[string, FrozenBatch]];
		dropped += _events;
		remove(oldest);
		lose('queue-full', _events);
	}
}

export function remove(key: string): void {
	delete waiting[key];
	forget(key);
}

/** Forgets what is not kept any more, because others have taken it. */
export function keepKept(): void {
	for (const key in waiting) recall(key) || delete waiting[key];
}

/** How many events were dropped since this was last asked. */
export function takeDropped(): number {
	const events = dropped;
	dropped = 0;
	return events;
}

/** Tells listeners of every loss, the console only when there is a new reason. */
export function lose(reason: Outcome | 'queue-full', events: number): void {
	if (reason !== warnedOf) warn(`${settings.site} lost ${events} events: ${reason}`);
	warnedOf = reason;
	tell('error', { reason, events });
}
