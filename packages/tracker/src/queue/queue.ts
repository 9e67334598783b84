import type { Outcome } from '@footfall/protocol';
import { warnOnce } from '../attempt.js';
import { emit } from '../listeners.js';
import { settings } from '../settings.js';
import { forget, prefix } from '../store.js';

/**
 * Bounds of the queue: bytes of all batches, and number of batches, since each counts as `bytesMax / batchesMax` bytes
 * at least. Beyond them the oldest batches are dropped.
 */
const batchesMax = 400;
const bytesMax = 1_000_000;

/** A frozen batch: its bytes never change. */
export interface FrozenBatch extends Uint8Array<ArrayBuffer> {
	/** Number of events in the batch. */
	readonly _events: number;
	/** Number of the connection on which the batch is in flight; 0 or none if it is not. */
	_sentOn?: number;
	/** Ends the wait for an answer. */
	_timer?: ReturnType<typeof setTimeout>;
}

/** Returns a frozen batch. */
export function frozenBatch(text: string, _events: number): FrozenBatch {
	const bytes = Object.assign(new Uint8Array(text.length), { _events });
	// A list of the characters takes three times as long, and `Uint8Array.from` six times.
	for (let { length } = text; length--; ) bytes[length] = text.charCodeAt(length);
	return bytes;
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
	let room = bytesMax;
	for (const [key, { length, _events }] of Object.entries(waiting).reverse()) {
		room -= Math.max(length, bytesMax / batchesMax);
		if (room < 0 && waiting[key]) {
			dropped += _events;
			remove(key);
			reportLoss('queue-full', _events);
		}
	}
}

/** Removes a batch from queue and storage. */
export function remove(key: string): void {
	delete waiting[key];
	forget(key);
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
