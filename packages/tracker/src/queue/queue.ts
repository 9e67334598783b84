import type { Outcome } from '@footfall/protocol';
import { warnOnce } from '../attempt.js';
import { emit } from '../listeners.js';
import { settings } from '../settings.js';
import { forget, prefix, recall } from '../store.js';

/** Bounds of the queue: number of batches, and bytes of all. Beyond them the oldest batches are dropped. */
const batchesMax = 400;
const bytesMax = 1_000_000;

/** A frozen batch: its bytes never change. */
export interface FrozenBatch {
	readonly _bytes: Uint8Array<ArrayBuffer>;
	/** Number of events in the batch. */
	readonly _events: number;
	/** Number of the connection on which the batch is in flight; 0 or none if it is not. */
	_sentOn?: number;
	/** Ends the wait for an answer. */
	_timer?: ReturnType<typeof setTimeout>;
}

/** Frozen batches by key, oldest first, each until it is acknowledged or dropped. */
export const waiting: Record<string, FrozenBatch> = {};

/** Returns the frozen batches, oldest first. */
export const queued = () => Object.values(waiting);

/** Number of events that were dropped and are not yet reported by an event `lost`. */
let dropped = 0;

/** Returns the key of a batch, in the queue and in storage. */
export const batchKey = (stream: unknown, sequence: unknown) => `${prefix}${stream}_${sequence}`;

/** Drops the oldest batches while the queue exceeds its bounds. */
export function dropOldest(): void {
	while (queued().length > batchesMax || queued().reduce((sum, { _bytes }) => sum + _bytes.length, 0) > bytesMax) {
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

/** Reports lost events: always to listeners, on the console once for each reason. */
export function reportLoss(reason: Outcome | 'queue-full', events: number): void {
	warnOnce(reason, `${settings.site} lost ${events} events: ${reason}`);
	emit('error', { reason, events });
}
