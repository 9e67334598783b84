import { encodeSmall, type Outcome, type WireBatch, type WireValue } from '@footfall/protocol';
import { tell } from '../listeners.js';
import { settings } from '../settings.js';
import { forget, recall } from '../store.js';

/** A page that cannot send keeps this much, then forgets the oldest. */
const batchesMax = 400;
const bytesMax = 1_000_000;

/** A batch whose bytes never change again. */
export interface FrozenBatch {
	/** The name under which it is kept. */
	readonly _name: string;
	readonly _bytes: Uint8Array<ArrayBuffer>;
	/** Events in it. */
	readonly _events: number;
	/** On its way. */
	_inFlight?: boolean;
}

/** In order, each until it is acknowledged. */
export let waiting: FrozenBatch[] = [];
/** Events that were dropped and not yet reported. */
export let dropped = 0;
let warnedOf = '';

export const batchName = (stream: unknown, sequence: unknown) => `${stream}_${sequence}`;

export const find = (name: string) => waiting.find(({ _name }) => _name === name);

/** Adds a batch. The oldest make room where there is none. */
export function push(batch: WireBatch): void {
	const [, , , stream, sequence, , , events] = batch;
	const _name = batchName(stream, sequence);
	if (find(_name)) return;
	waiting.push({ _name, _bytes: encodeSmall(batch as WireValue), _events: events.length });
	while (waiting.length > batchesMax || waiting.reduce((sum, { _bytes }) => sum + _bytes.length, 0) > bytesMax) {
		const [oldest] = waiting as [FrozenBatch];
		dropped += oldest._events;
		remove(oldest);
		lose('queue-full', oldest._events);
	}
}

export function remove(batch: FrozenBatch): void {
	waiting = waiting.filter((other) => other !== batch);
	forget(batch._name);
}

/** Forgets what is not kept any more, because others have taken it. */
export function keepKept(): void {
	waiting = waiting.filter(({ _name }) => recall(_name));
}

/** What was under way is to be sent again. */
export function putBack(): void {
	for (const batch of waiting) batch._inFlight = false;
}

export function reported(): void {
	dropped = 0;
}

/** Tells listeners of every loss, the console only when there is a new reason. */
export function lose(reason: Outcome | 'queue-full', events: number): void {
	if (reason !== warnedOf) console.warn(`footfall: ${events} events of data-site="${settings.site}" lost: ${reason}`);
	warnedOf = reason;
	tell('error', { reason, events });
}
