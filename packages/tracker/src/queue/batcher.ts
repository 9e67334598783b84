import { batchVersion, encode, limits, type WireContext, type WireEvent, type WireValue } from '@footfall/protocol';
import type { FrozenBatch } from './batch-queue.js';
import { clipInteger } from './clip.js';

/** What the largest clipped context and event take together, with what is around them. */
const additionBytesMax = 46_000;
/** A batch with more bytes than this might not have room for one more event. */
const fullBytes = limits.batchBytesMax - additionBytesMax;

/** Who sends, the same for all batches of a page. */
export type Sender = readonly [site: string, visitor: number, stream: number];

/**
 * Gathers events into the open batch, and freezes it when it is full, old enough, or told to.
 *
 * @param flushIntervalMs age at which a batch is frozen
 * @param collectorNow the time on the collector's clock, as far as known, milliseconds since 1970
 */
export function createBatcher(
	sender: Sender,
	flushIntervalMs: number,
	collectorNow: () => number,
	onFrozen: (batch: FrozenBatch) => void,
) {
	let contexts: WireContext[] = [];
	// The first element is when it happened, until freezing makes it an age.
	let events: WireEvent[] = [];
	let bytes = 0;
	let sequence = 0;
	let timer: ReturnType<typeof setTimeout>;

	function freeze(): void {
		clearTimeout(timer);
		if (events.length === 0) return;
		const nowMs = Date.now();
		// A clock that was set back since makes no negative age; the shift makes a whole number of 32 bits.
		for (const event of events) event[0] = Math.max(0, nowMs - event[0]) >>> 0;
		const batch = [batchVersion, ...sender, sequence, clipInteger(collectorNow()), contexts, events];
		const frozen = { _sequence: sequence++, _bytes: encode(batch as WireValue), _events: events.length };
		contexts = [];
		events = [];
		bytes = 0;
		// Last, because who hears of it may track again.
		onFrozen(frozen);
	}

	return {
		_freeze: freeze,
		/** The sequence of the batch that is open or opened next. */
		_sequence: () => sequence,
		/**
		 * An event belongs to its batch from now on, so its id is known at once.
		 *
		 * @param event clipped; its context index is filled in
		 * @returns the event's index in the open batch
		 */
		_add(context: WireContext, event: WireEvent): number {
			const isNew = context !== contexts[contexts.length - 1];
			if (isNew) contexts.push(context);
			event[1] = contexts.length - 1;
			if (events.length === 0) timer = setTimeout(freeze, flushIntervalMs);
			const index = events.push(event) - 1;
			bytes += encode((isNew ? [context, event] : event) as WireValue).length;
			const isFull =
				bytes > fullBytes || events.length === limits.batchEventsMax || contexts.length === limits.batchContextsMax;
			if (isFull) freeze();
			return index;
		},
	};
}
