import { batchVersion, eventPositions, type WireContext, type WireEvent } from '@footfall/protocol';
import { safely } from '../attempt.js';
import { collectorNow, now } from '../clock.js';
import { sendWaiting } from '../send/delivery.js';
import { isOn, settings } from '../settings.js';
import { keep } from '../store.js';
import { stream, visitor } from '../visitor.js';
import { batchKey, push } from './queue.js';

/**
 * Length of the contexts and events as JSON, characters, above which a batch is full. It is small because the whole
 * open batch is stored after every task that adds to it. Even with the largest context and event on top, and three
 * bytes for every character, such a batch is within `batchBytesMax`; with the smallest ones it is within the limits on
 * their number.
 */
const fullLength = 2_000;

/** Sequence number of the open batch, or of the next one. */
export let sequence = 0;
/** Context of the event that was added last. */
let lastContext: WireContext;
// Contexts and events of the open batch as JSON. Every task that adds to the batch stores all of it, so only what is
// new is serialized.
let contexts: string[] = [];
let events = '';
/** Whether the open batch is stored as it is. */
let isKept = true;
let timer: ReturnType<typeof setTimeout>;

/**
 * Stores the open batch as it would be frozen now, so that a page that finds it after a crash can send it.
 *
 * @returns the stored text
 */
function storeOpenBatch(): string {
	isKept = true;
	const site = JSON.stringify(settings.site);
	const head = [batchVersion, site, visitor, stream, sequence, collectorNow()];
	const text = `[${[...head, `[${contexts}]`, `[${events}]`, now()]}]`;
	keep(batchKey(stream, sequence), text);
	return text;
}

/**
 * Ends the open batch, if there is one, and sends it. Firefox may stop the code of a closing page at any call or loop
 * (`HangMonitorChild::InterruptCallback` in https://github.com/mozilla/gecko-dev/blob/master/dom/ipc/ProcessHangMonitor.cpp),
 * and then goes on with the next listener. A batch stays open until it is queued, so the next call ends it.
 */
export function freeze(): void {
	clearTimeout(timer);
	if (!events) return;
	// A page that changes how JSON is serialized makes an invalid batch, which must not stay open forever.
	safely(() => {
		const text = storeOpenBatch();
		if (isOn) push(batchKey(stream, sequence), text);
	})();
	sequence++;
	contexts = [];
	events = '';
	// Last, because a listener may track again.
	sendWaiting();
}

/**
 * Adds an event to the open batch. The event stays in this batch, so its idempotency key is now fixed.
 *
 * @param event within the limits of the wire; its context index is filled in
 */
export function add(context: WireContext, event: WireEvent): void {
	if ((contexts + events).length > fullLength) freeze();
	if (!events || context !== lastContext) {
		contexts.push(JSON.stringify(context));
		lastContext = context;
		if (!events) timer = setTimeout(freeze, settings.flushIntervalMs ?? 1_000);
	}
	event[eventPositions.context] = contexts.length - 1;
	// No function of the script is called after this: if the code stopped there, the next listener would add the event
	// again.
	events += (events && ',') + JSON.stringify(event);
	if (isKept) {
		// Once for all events that one task adds.
		isKept = false;
		queueMicrotask(() => isKept || storeOpenBatch());
	}
}
