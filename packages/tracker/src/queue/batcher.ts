import { batchVersion, type WireContext, type WireEvent } from '@footfall/protocol';
import { safely } from '../attempt.js';
import { collectorNow, now } from '../clock.js';
import { pump } from '../send/delivery.js';
import { isOn, settings } from '../settings.js';
import { keep } from '../store.js';
import { stream, visitor } from '../visitor.js';
import { batchKey, push } from './queue.js';

/**
 * Length of the events and contexts as JSON to which no more are added. Small, because the open batch is kept in
 * storage anew after every task that adds to it; and even with the largest context and event on top, and three bytes for
 * every character, it is below what the wire allows, as are the smallest events and contexts by their number.
 */
const fullLength = 2_000;

/** Of the batch that is open or opened next. */
export let sequence = 0;
/** Of the event that was added last. */
let last: WireContext;
// As JSON, commas between: every task that adds to them keeps them all, and so makes text of none but the new ones.
let contexts: string[] = [];
let events = '';
let isKept = true;
let timer: ReturnType<typeof setTimeout>;

/**
 * Keeps the open batch as it would be frozen now, so that whoever finds it after a crash has a batch.
 *
 * @returns its text
 */
function keepOpen(): string {
	isKept = true;
	const site = JSON.stringify(settings.site);
	const head = [batchVersion, site, visitor, stream, sequence, collectorNow()];
	const text = `[${[...head, `[${contexts}]`, `[${events}]`, now()]}]`;
	keep(batchKey(stream, sequence), text);
	return text;
}

/**
 * Ends the open batch, if there is one, and sends it. Firefox stops the code of a page that is closed, anywhere: a batch is
 * open until it is queued, so whoever freezes next does what was left undone.
 */
export function freeze(): void {
	clearTimeout(timer);
	if (!events) return;
	// What a page's own JSON has spoiled is no batch, and must not stay open for ever.
	safely(() => {
		const text = keepOpen();
		if (isOn) push(batchKey(stream, sequence), text);
	})();
	sequence++;
	contexts = [];
	events = '';
	// Last, because who hears of it may track again.
	pump();
}

/**
 * Adds an event to the open batch, in which it stays.
 *
 * @param event clipped; its context index is filled in
 */
export function add(context: WireContext, event: WireEvent): void {
	if ((contexts + events).length > fullLength) freeze();
	if (!events || context !== last) {
		contexts.push(JSON.stringify(context));
		last = context;
		if (!events) timer = setTimeout(freeze, settings.flushIntervalMs ?? 1_000);
	}
	event[1] = contexts.length - 1;
	// Nothing is called after this: code that is stopped there would add the event once more.
	events += (events && ',') + JSON.stringify(event);
	if (isKept) {
		// Once for all that one task adds.
		isKept = false;
		queueMicrotask(() => isKept || keepOpen());
	}
}
