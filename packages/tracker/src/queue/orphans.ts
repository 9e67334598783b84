import { attempt } from '../attempt.js';
import { pump } from '../send/delivery.js';
import { keptNames, prefix, recall } from '../store.js';
import { stream } from '../visitor.js';
import { keepKept, push } from './queue.js';

/** Without locks, how long a batch must have been left alone to be an orphan: a living page freezes and sends it much sooner. */
const abandonedMs = 60_000;

let ending = new AbortController();

/** They are missing on pages without TLS. */
const hasLocks = () => 'locks' in navigator;

/**
 * Says that this page lives, and takes the batches that others left unacknowledged. A page holds the lock of its stream
 * for as long as it lives; whoever gets the lock of another stream knows that its page is gone, and is the only one to
 * take its batches.
 */
export function claim(): void {
	keepKept();
	const { signal } = ending;
	for (const owner of new Set([stream, ...keptNames().map(parseFloat)])) {
		const take = () => {
			if (owner !== stream) for (const name of keptNames()) if (parseFloat(name) === owner) adopt(name);
			pump();
		};
		const held = () =>
			new Promise((release) => {
				signal.addEventListener('abort', release);
				take();
			});
		if (hasLocks()) navigator.locks.request(prefix + owner, { signal }, held).catch(() => {});
		else take();
	}
}

function adopt(name: string): void {
	attempt(() => {
		if (hasLocks() || Date.now() - JSON.parse(recall(name) as string)[5] > abandonedMs) push(name);
	});
}

/** Lets others take what is left here. */
export function abandon(): void {
	ending.abort();
	ending = new AbortController();
}
