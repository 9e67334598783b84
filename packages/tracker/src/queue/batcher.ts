import { batchVersion, encodeSmall, eventPositions, type WireContext, type WireValue } from '@footfall/protocol';
import { collectorNow, now } from '../clock.js';
import { clipDeep, detailBytesMax } from '../encode/clip.js';
import type { OpenEvent } from '../encode/wire-event.js';
import { connectionNumber, sendWaiting } from '../send/delivery.js';
import { isOn, settings } from '../settings.js';
import { keep } from '../store.js';
import { stream, visitor } from '../visitor.js';
import { batchKey, type FrozenBatch, frozenBatch, waiting } from './queue.js';
import { storedText } from './stored.js';

/**
 * Length of the contexts and events in bytes above which a batch is full. It is small because the whole open batch is
 * encoded and stored after every task that adds to it. Even with the largest context and event on top, such a batch is
 * within `batchBytesMax`; with the smallest ones it is within the limits on their number.
 */
const fullBytes = 1_500;

/**
 * Length of an event, and of its context if that is new, in bytes above which its details keep only 32 texts. Even with
 * the largest context and properties, such an event is within `batchBytesMax`.
 */
const largeBytes = 58_000;

/** Sequence number of the open batch, or of the next one. */
export let sequence = 0;
/** Contexts and events of the open batch. */
let contexts: WireContext[] = [];
let events: OpenEvent[] = [];
/** Their length in bytes; 0 where there is no open batch. */
let size = 0;
/** Whether the open batch is stored as it is. */
let isKept = true;
/** The open batch and its key, as they were stored last. */
let kept: FrozenBatch;
let keptKey = '';
let timer: ReturnType<typeof setTimeout>;

/** Encodes the open batch, and stores it as if it were frozen now, for a page that finds it after a crash. */
function storeOpenBatch(): void {
	const keptAtMs = now();
	// A clock that was set back must not make an age negative. The shift makes it an integer of 32 bits, and 0 if it is
	// unknown. The events stay as they are, because they may be stored again.
	const aged = events.map(([, atMs, ...rest]) => [Math.max(0, keptAtMs - atMs) >>> 0, ...rest]);
	const details = events.map(([fields], index) => [index, fields]).filter(([, fields]) => fields);
	const text = encodeSmall([
		batchVersion,
		settings.site,
		visitor,
		stream,
		sequence,
		collectorNow(),
		contexts,
		aged,
		details,
	] as WireValue);
	kept = frozenBatch(text, aged.length);
	keptKey = batchKey(stream, sequence);
	keep(keptKey, storedText(settings.site, keptAtMs, kept._events, text));
	// Last, because Firefox may stop the code before: `beaconKept` would then send a batch without the newest events.
	isKept = true;
}

/**
 * Ends the open batch, if there is one, and sends it. Firefox may stop the code of a closing page (see `beaconKept`). A
 * batch stays open until it is queued, so the next call ends it.
 */
export function freeze(): void {
	clearTimeout(timer);
	if (!size) return;
	storeOpenBatch();
	if (isOn) waiting[keptKey] = kept;
	sequence++;
	contexts = [];
	events = [];
	size = 0;
	// Last, because a listener may track again.
	sendWaiting();
}

/**
 * Freezes the open batch as it was stored last, and hands it to the browser as a beacon. Firefox stops the code of a
 * closing page once, where a loop turns or a function returns, often at the first such place after `pagehide`
 * (`HangMonitorChild::InterruptCallback` in
 * https://github.com/mozilla/gecko-dev/blob/master/dom/ipc/ProcessHangMonitor.cpp), and then goes on with the next
 * listener, whose beacon may come too late. So there is no such place before the batch counts as sent.
 */
export function beaconKept(): void {
	if (!size || !isKept) return;
	try {
		if (!navigator.sendBeacon(`${settings.collector}/v1/batch`, kept)) return;
		kept._sentOn = connectionNumber;
		waiting[keptKey] = kept;
		sequence++;
		contexts = [];
		events = [];
		size = 0;
	} catch {
		// A page or an extension may have replaced the function.
	}
}

/**
 * Adds an event to the open batch. The event stays in this batch, so its idempotency key is now fixed.
 *
 * @param event within the limits of the wire; its context index is filled in
 */
export function add(context: WireContext, event: OpenEvent): void {
	if (size > fullBytes) freeze();
	const isNew = context !== contexts[contexts.length - 1];
	// Without its time, a number of 9 bytes that takes as long to encode as everything else.
	const { length } = encodeSmall([event[0], event.slice(2), isNew ? context : 0] as WireValue);
	// As a map of texts, since it is not `detailBytesMax`.
	if (length > largeBytes) event[0] = clipDeep(event[0], detailBytesMax - 1) as OpenEvent[0];
	if (!size) timer = setTimeout(freeze, settings.flushIntervalMs ?? 1_000);
	// No function of the script is called from here to the end of the event: if the code stopped there, the next listener
	// would add the event again.
	if (isNew) contexts.push(context);
	event[eventPositions.context + 1] = contexts.length - 1;
	events.push(event);
	size += length;
	if (isKept) {
		// Once for all events that one task adds.
		isKept = false;
		queueMicrotask(() => isKept || storeOpenBatch());
	}
}
