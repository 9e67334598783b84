import { attempt } from '../attempt.js';
import { now } from '../clock.js';
import { sendWaiting } from '../send/delivery.js';
import { keptKeys, prefix, recall } from '../store.js';
import { stream } from '../visitor.js';
import { forgetTaken, keptAtPosition, push } from './queue.js';

/**
 * Without locks, time after which a stored batch counts as orphaned, ms. A page that is alive sends its batches much
 * sooner, unless it cannot send.
 */
const abandonedMs = 60_000;

/** Aborts when this page releases its locks. */
let ending: AbortController | undefined;

/** Web Locks, or `undefined` on pages without TLS: https://w3c.github.io/web-locks/#dom-navigatorlocks-locks */
const locks = () => (navigator as Partial<Navigator>).locks;

/**
 * Holds the lock of this page's stream, and adopts the batches that other pages have left unacknowledged. A page holds
 * the lock of its stream as long as it is alive. A page that gets the lock of another stream knows that the other page
 * is gone, and is the only one that adopts its batches.
 */
export function claim(): void {
	forgetTaken();
	ending = new AbortController();
	const { signal } = ending;
	for (const owner of new Set([stream, ...keptKeys().map(ownerOf)])) {
		const take = () => {
			if (owner !== stream) for (const key of keptKeys()) if (ownerOf(key) === owner) adopt(key);
			sendWaiting();
		};
		const held = () =>
			new Promise((release) => {
				signal.addEventListener('abort', release);
				take();
			});
		locks()
			?.request(prefix + owner, { signal }, held)
			.catch(() => {}) ?? take();
	}
}

/** Returns the stream of the batch that is stored under a key, or NaN for other keys. */
const ownerOf = (key: string) => Number(key.split('_')[1]);

function adopt(key: string): void {
	// Other code may have stored an invalid text under such a key.
	attempt(() => {
		const text = recall(key) as string;
		// Both times are on the clock of the page.
		if (locks() || now() - JSON.parse(text)[keptAtPosition] > abandonedMs) push(key, text);
	});
}

/** Releases the locks, so that other pages can adopt the batches of this one. */
export function releaseLocks(): void {
	ending?.abort();
}
