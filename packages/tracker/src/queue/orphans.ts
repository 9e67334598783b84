import { encodeSmall } from '@footfall/protocol';
import { attempt, until } from '../attempt.js';
import { now } from '../clock.js';
import { loadSecond, second } from '../second-file.js';
import { sendWaiting } from '../send/delivery.js';
import { settings } from '../settings.js';
import { keep, keptKeys, prefix, recall } from '../store.js';
import { stream } from '../visitor.js';
import { forgetTaken, waiting } from './queue.js';

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
	const owners = { [stream]: 0 };
	for (const key of keptKeys()) owners[ownerOf(key)] = 0;
	for (const owner in owners) {
		const take = () => {
			if (owner !== `${stream}`) for (const key of keptKeys()) if (ownerOf(key) === owner) adopt(key);
			sendWaiting();
		};
		const held = until((release) => signal.addEventListener('abort', release));
		locks()
			?.request(prefix + owner, { signal }, () => {
				take();
				return held;
			})
			.catch(() => {}) ?? take();
	}
}

/** Returns the stream of the batch that is stored under a key. */
const ownerOf = (key: string) => key.split('_')[1] as string & number;

/** Adds a stored batch to the queue. A batch that is already there, or of another site, is ignored. */
export function adopt(key: string): void {
	// Other code may have stored any text under such a key.
	const text = recall(key) ?? '';
	const [site, keptAtMs, events, ...lines] = text.split('\n');
	// Both times are on the clock of the page. The batch may be of another site.
	if (site === settings.site && (locks() || now() - (keptAtMs as never) > abandonedMs)) {
		const bytes = Uint8Array.from(lines.join('\n'), (char) => char.charCodeAt(0));
		waiting[key] ??= { _bytes: bytes, _events: Number(events) };
	}
	// An earlier version has stored it.
	if (text[0] === '[') {
		void loadSecond(() => {
			const upgraded = attempt(() => second.upgrade?.(text, encodeSmall));
			if (!upgraded) return;
			keep(key, upgraded);
			adopt(key);
			sendWaiting();
		});
	}
}

/** Releases the locks, so that other pages can adopt the batches of this one. */
export function releaseLocks(): void {
	ending?.abort();
}
