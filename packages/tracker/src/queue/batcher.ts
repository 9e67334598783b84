import { batchVersion, type WireBatch, type WireContext, type WireEvent } from '@footfall/protocol';
import { collectorNow } from '../clock.js';
import { pump } from '../send/delivery.js';
import { isOn, settings } from '../settings.js';
import { keep } from '../store.js';
import { stream, visitor } from '../visitor.js';
import { clipInteger } from './clip.js';
import { batchName, push } from './queue.js';

/**
 * Length of the events and contexts as JSON after which a batch is frozen. Small, because the open batch is kept in
 * storage anew after every task that adds to it; and even with the largest context and event on top, and three bytes for
 * every character, it is below what the wire allows, as are the smallest events and contexts by their number.
 */
const fullLength = 2_000;

/** Of the batch that is open or opened next. */
export let sequence = 0;
let contexts: WireContext[] = [];
// The first element is when it happened, until freezing makes it an age.
let events: WireEvent[] = [];
let length = 0;
let isKept = true;
let timer: ReturnType<typeof setTimeout>;

/**
 * Keeps the open batch as it would be frozen now, so that whoever finds it after a crash has a batch.
 *
 * @returns its name
 */
function keepOpen(): string {
	isKept = true;
	const nowMs = Date.now();
	// A clock that was set back since makes no negative age; the shift makes a whole number of 32 bits.
	const aged = events.map(([atMs, ...rest]): WireEvent => [Math.max(0, nowMs - atMs) >>> 0, ...rest]);
	const sentAtMs = clipInteger(collectorNow());
	const name = batchName(stream, sequence);
	const batch: WireBatch = [batchVersion, settings.site, visitor, stream, sequence, sentAtMs, contexts, aged];
	keep(name, JSON.stringify(batch));
	return name;
}

/** Ends the open batch, if there is one, and sends it. */
export function freeze(): void {
	clearTimeout(timer);
	if (!events[0]) return;
	const name = keepOpen();
	sequence++;
	contexts = [];
	events = [];
	length = 0;
	// Last, because who hears of it may track again.
	if (isOn) {
		push(name);
		pump();
	}
}

/**
 * An event belongs to its batch from now on, so its id is known at once.
 *
 * @param event clipped; its context index is filled in
 * @returns the event's index in the open batch
 */
export function add(context: WireContext, event: WireEvent): number {
	const isNew = context !== contexts[contexts.length - 1];
	if (isNew) contexts.push(context);
	event[1] = contexts.length - 1;
	if (!events[0]) timer = setTimeout(freeze, settings.flushIntervalMs ?? 1_000);
	const index = events.push(event) - 1;
	length += JSON.stringify(isNew ? [context, event] : event).length;
	if (length > fullLength) {
		freeze();
	} else if (isKept) {
		// Once for all that one task adds.
		isKept = false;
		queueMicrotask(() => isKept || keepOpen());
	}
	return index;
}
