import { attempt } from '../attempt.js';
import { now } from '../clock.js';
import { pump } from '../send/delivery.js';
import { keptKeys, prefix, recall } from '../store.js';
import { stream } from '../visitor.js';
import { keepKept, push } from './queue.js';

/** Without locks, how long a batch must have been left alone to be an orphan: a living page freezes and sends it much sooner. */
const abandonedMs = 60_000;

let ending: AbortController | undefined;

/** They are missing on pages without TLS. */
const locks = () => (navigator as Partial<Navigator>).locks;

/**
 * Says that this page lives, and takes the batches that others left unacknowledged. A page holds the lock of its stream
 * for as long as it lives; whoever gets the lock of another stream knows that its page is gone, and is the only one to
 * take its batches.
 */
export function claim(): void {
	keepKept();
	ending = new AbortController();
	const { signal } = ending;
	for (const owner of new Set([stream, ...keptKeys().map(ownerOf)])) {
		const take = () => {
			if (owner !== stream) for (const key of keptKeys()) if (ownerOf(key) === owner) adopt(key);
			pump();
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

/** Whose batch is under a key; of other keys it is nobody's. */
const ownerOf = (key: string) => Number(key.split('_')[1]);

function adopt(key: string): void {
	// Whatever else may be under such a key.
	attempt(() => {
		const text = recall(key) as string;
		// On the clock of the page, as it was kept.
		if (locks() || now() - JSON.parse(text)[8] > abandonedMs) push(key, text);
	});
}

/** Lets others take what is left here. */
export function abandon(): void {
	ending?.abort();
}
