import {
	batchVersion,
	encodeSmall,
	limits,
	type WireBatch,
	type WireContext,
	type WireEvent,
	type WireValue,
} from '@footfall/protocol';
import { collectorNow } from '../clock.js';
import { settings } from '../settings.js';
import { keep } from '../store.js';
import { randomInteger, visitor } from '../visitor.js';
import { clipInteger } from './clip.js';
import { batchName } from './queue.js';

/**
 * Bytes after which a batch is frozen. Small, because the open batch is kept in storage anew after every task that adds
 * to it; and even with the largest context and event on top it is far below what the wire allows.
 */
const fullBytes = 4_000;

/** This page load. */
export let stream: number;
/** Of the batch that is open or opened next. */
export let sequence = 0;
let contexts: WireContext[] = [];
// The first element is when it happened, until freezing makes it an age.
let events: WireEvent[] = [];
let bytes = 0;
let isKept = true;
let timer: ReturnType<typeof setTimeout>;
let onFrozen: (batch: WireBatch) => void;

/** @param then takes every batch that is frozen */
export function startBatcher(then: (batch: WireBatch) => void): void {
	stream = randomInteger();
	onFrozen = then;
}

/**
 * The open batch as it would be frozen now. It is kept in storage like that, so that whoever finds it after a crash has a
 * batch.
 */
function assemble(): WireBatch {
	isKept = true;
	const nowMs = Date.now();
	// A clock that was set back since makes no negative age; the shift makes a whole number of 32 bits.
	const aged = events.map(([atMs, ...rest]): WireEvent => [Math.max(0, nowMs - atMs) >>> 0, ...rest]);
	const sentAtMs = clipInteger(collectorNow());
	const batch: WireBatch = [batchVersion, settings.site, visitor, stream, sequence, sentAtMs, contexts, aged];
	keep(batchName(stream, sequence), JSON.stringify(batch));
	return batch;
}

/** Ends the open batch, if there is one. */
export function freeze(): void {
	clearTimeout(timer);
	if (!events.length) return;
	const batch = assemble();
	sequence++;
	contexts = [];
	events = [];
	bytes = 0;
	// Last, because who hears of it may track again.
	onFrozen(batch);
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
	if (!events.length) timer = setTimeout(freeze, +(settings.flushIntervalMs ?? 1_000));
	const index = events.push(event) - 1;
	bytes += encodeSmall((isNew ? [context, event] : event) as WireValue).length;
	if (bytes > fullBytes || contexts.length === limits.batchContextsMax) {
		freeze();
	} else if (isKept) {
		// Once for all that one task adds.
		isKept = false;
		queueMicrotask(() => isKept || assemble());
	}
	return index;
}
