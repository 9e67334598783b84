import { batchVersion, eventPositions, type WireContext, type WireEvent } from '@footfall/protocol';
import { collectorNow, now } from '../clock.js';
import { json } from '../encode/json.js';
import { sendWaiting } from '../send/delivery.js';
import { isOn, settings } from '../settings.js';
import { keep } from '../store.js';
import { stream, visitor } from '../visitor.js';
import { batchKey, type KeptBatch, push } from './queue.js';

/**
 * Length of the contexts and events as JSON, characters, above which a batch is full. It is small because the whole
 * open batch is stored after every task that adds to it. Even with the largest context and event on top, and three
 * bytes for every character, such a batch is within `batchBytesMax`; with the smallest ones it is within the limits on
 * their number.
 */
const fullLength = 2_000;

/** Sequence number of the open batch, or of the next one. */
export let sequence = 0;
/** Contexts and events of the open batch. */
let contexts: WireContext[] = [];
let events: WireEvent[] = [];
// The same as JSON. Every task that adds to the batch stores all of it, so only what is new is serialized.
let contextTexts: string[] = [];
let eventTexts = '';
/** Whether the open batch is stored as it is. */
let isKept = true;
let timer: ReturnType<typeof setTimeout>;

/**
 * Stores the open batch as it would be frozen now, so that a page that finds it after a crash can send it.
 *
 * @returns the stored batch
 */
function storeOpenBatch(): KeptBatch {
	isKept = true;
	const head = [batchVersion, settings.site, visitor, stream, sequence, collectorNow()] as const;
	const keptAtMs = now();
	keep(batchKey(stream, sequence), `[${[...head.map(json), `[${contextTexts}]`, `[${eventTexts}]`, keptAtMs]}]`);
	return [...head, contexts, events, keptAtMs];
}

/**
 * Ends the open batch, if there is one, and sends it. Firefox may stop the code of a closing page at any call or loop
 * (`HangMonitorChild::InterruptCallback` in https://github.com/mozilla/gecko-dev/blob/master/dom/ipc/ProcessHangMonitor.cpp),
 * and then goes on with the next listener. A batch stays open until it is queued, so the next call ends it.
 */
export function freeze(): void {
	clearTimeout(timer);
	if (!eventTexts) return;
	const batch = storeOpenBatch();
	if (isOn) push(batchKey(stream, sequence), '', batch);
	sequence++;
	contexts = [];
	events = [];
	contextTexts = [];
	eventTexts = '';
	// Last, because a listener may track again.
	sendWaiting();
}

/**
 * Adds an event to the open batch. The event stays in this batch, so its idempotency key is now fixed.
 *
 * @param event within the limits of the wire; its context index is filled in
 */
export function add(context: WireContext, event: WireEvent): void {
	if ((contextTexts + eventTexts).length > fullLength) freeze();
	if (context !== contexts[contexts.length - 1]) {
		const text = json(context);
		contexts.push(context);
		contextTexts.push(text);
		if (!eventTexts) timer = setTimeout(freeze, settings.flushIntervalMs ?? 1_000);
	}
	event[eventPositions.context] = contexts.length - 1;
	const text = json(event);
	// No function of the script is called after this: if the code stopped there, the next listener would add the event
	// again.
	events.push(event);
	eventTexts += (eventTexts && ',') + text;
	if (isKept) {
		// Once for all events that one task adds.
		isKept = false;
		queueMicrotask(() => isKept || storeOpenBatch());
	}
}
