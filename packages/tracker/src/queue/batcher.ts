import { batchVersion, type WireBatch, type WireContext, type WireEvent } from '@footfall/protocol';
import { collectorNow } from '../clock.js';
import { pump } from '../send/delivery.js';
import { isOn, settings } from '../settings.js';
import { keep } from '../store.js';
import { stream, visitor } from '../visitor.js';
import { clipInteger } from './clip.js';
import { batchKey, push } from './queue.js';

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
 * @returns its key
 */
function keepOpen(): string {
	isKept = true;
	const nowMs = Date.now();
	// A clock that was set back since makes no negative age; the shift makes a whole number of 32 bits.
	const aged = events.map(([atMs, ...rest]): WireEvent => [Math.max(0, nowMs - atMs) >>> 0, ...rest]);
	const sentAtMs = clipInteger(collectorNow());
	const key = batchKey(stream, sequence);
	const batch: WireBatch = [batchVersion, settings.site, visitor, stream, sequence, sentAtMs, contexts, aged];
	keep(key, JSON.stringify(batch));
	return key;
}

/** Ends the open batch, if there is one, and sends it. */
export function freeze(): void {
	clearTimeout(timer);
	if (!events[0]) return;
	const key = keepOpen();
	sequence++;
	contexts = [];
	events = [];
	length = 0;
	// Last, because who hears of it may track again.
	if (isOn) {
		push(key);
		pump();
	}
}

/**
 * Adds an event to the open batch, in which it stays.
 *
 * @param event clipped; its context index is filled in
 */
export function add(context: WireContext, event: WireEvent): void {
	const isNew = context !== contexts[contexts.length - 1];
	if (isNew) contexts.push(context);
	event[1] = contexts.length - 1;
	if (!events[0]) timer = setTimeout(freeze, settings.flushIntervalMs ?? 1_000);
	events.push(event);
	length += JSON.stringify([isNew && context, event]).length;
	if (length > fullLength) {
		freeze();
	} else if (isKept) {
		// Once for all that one task adds.
		isKept = false;
		queueMicrotask(() => isKept || keepOpen());
	}
}
