import {
	batchLength,
	batchPositions,
	encodeSmall,
	eventPositions,
	type Outcome,
	type WireBatch,
	type WireValue,
} from '@footfall/protocol';
import { warn } from '../attempt.js';
import { emit } from '../listeners.js';
import { settings } from '../settings.js';
import { forget, prefix, recall } from '../store.js';

/** Bounds of the queue: number of batches, and bytes of all. Beyond them the oldest batches are dropped. */
const batchesMax = 400;
const bytesMax = 1_000_000;

/**
 * A batch as it is stored, in JSON. Events have their time in place of their age, which only the encoded batch has. The
 * last element is the time of storing. Both times are on the page's clock, ms since 1970.
 */
type KeptBatch = [...batch: WireBatch, keptAtMs: number];

/** Position of `keptAtMs` in a {@link KeptBatch}. */
export const keptAtPosition = batchLength;

/** A frozen batch: its bytes never change. */
export interface FrozenBatch {
	readonly _bytes: Uint8Array<ArrayBuffer>;
	/** Number of events in the batch. */
	readonly _events: number;
	/** Number of the connection on which the batch is in flight; 0 or none if it is not. */
	_sentOn?: number;
}

/** Frozen batches by key, oldest first, each until it is acknowledged or dropped. */
export const waiting: Record<string, FrozenBatch> = {};
/** Number of events that were dropped and are not yet reported by an event `lost`. */
let dropped = 0;
/** Reason of the last warning on the console. */
let warnedOf = '';

/** Returns the key of a batch, in the queue and in storage. */
export const batchKey = (stream: unknown, sequence: unknown) => `${prefix}${stream}_${sequence}`;

/**
 * Encodes a stored batch and adds it to the queue. A batch that is already there, or of another site, is ignored.
 *
 * @param text the stored batch, a {@link KeptBatch} as JSON
 * @throws if the text is not such a batch
 */
export function push(key: string, text: string): void {
	const batch = JSON.parse(text) as KeptBatch;
	const [keptAtMs] = batch.splice(keptAtPosition) as [number];
	if (waiting[key] || batch[batchPositions.site] !== settings.site) return;
	// A clock that was set back must not make an age negative. The shift makes it an integer of 32 bits, and 0 if it is
	// unknown.
	for (const event of batch[batchPositions.events]) {
		event[eventPositions.ageMs] = Math.max(0, keptAtMs - event[eventPositions.ageMs]) >>> 0;
	}
	waiting[key] = { _bytes: encodeSmall(batch as WireValue), _events: batch[batchPositions.events].length };
}

/** Drops the oldest batches while the queue exceeds its bounds. */
export function dropOldest(): void {
	while (
		Object.keys(waiting).length > batchesMax ||
		Object.values(waiting).reduce((sum, { _bytes }) => sum + _bytes.length, 0) > bytesMax
	) {
		const [[oldest, { _events }]] = Object.entries(waiting) as [[string, FrozenBatch]];
		dropped += _events;
		remove(oldest);
		reportLoss('queue-full', _events);
	}
}

/** Removes a batch from queue and storage. */
export function remove(key: string): void {
	delete waiting[key];
	forget(key);
}

/** Removes batches from the queue that are no longer stored, because another page has adopted them. */
export function forgetTaken(): void {
	for (const key in waiting) recall(key) || delete waiting[key];
}

/** Returns how many events were dropped since the last call. */
export function takeDropped(): number {
	const events = dropped;
	dropped = 0;
	return events;
}

/** Reports lost events: always to listeners, on the console only when the reason is a new one. */
export function reportLoss(reason: Outcome | 'queue-full', events: number): void {
	if (reason !== warnedOf) warn(`${settings.site} lost ${events} events: ${reason}`);
	warnedOf = reason;
	emit('error', { reason, events });
}
