import { encodeSmall } from '@footfall/protocol';
import { until } from '../attempt.js';
import { now } from '../clock.js';
import { emit, on } from '../listeners.js';
import { loadSecond, second } from '../second-file.js';
import { isOn, settings } from '../settings.js';
import { keptKeys, prefix, recall, store } from '../store.js';
import { stream } from '../visitor.js';
import { frozenBatch, waiting } from './queue.js';

/**
 * Without locks, time after which a stored batch counts as orphaned, ms. A page that is alive sends its batches much
 * sooner, unless it cannot send.
 */
const abandonedMs = 60_000;

/** Web Locks, or `undefined` on pages without TLS: https://w3c.github.io/web-locks/#dom-navigatorlocks-locks */
const locks = () => (navigator as Partial<Navigator>).locks;

/** Holds a lock until the page releases its locks. */
const hold = (name: string) =>
	locks()
		?.request(name, () => until((release) => on('end' as never, release)))
		.catch(() => {});

/** Releases the locks, so that other pages can adopt the batches of this one. */
export const releaseLocks = (): void => emit('end' as never);

/**
 * Removes batches from the queue that are no longer stored, because another page has adopted them, and holds the locks
 * of the others.
 */
export function forgetTaken(): void {
	for (const key in waiting) {
		if (recall(key)) hold(key);
		else delete waiting[key];
	}
}

/** Holds the lock of this page's stream, which tells other pages that this one is alive. */
export function claim(): void {
	forgetTaken();
	hold(prefix + stream);
}

/**
 * Adopts the batches that other pages have left unacknowledged: those of whose stream no page holds the lock. A page
 * holds it before it stores anything, so the keys are read before the locks.
 *
 * @param send sends the batches that wait
 */
export function adoptOrphans(send: () => void): void {
	const keys = keptKeys();
	const adoptAll = ({ held }: LockManagerSnapshot) => {
		if (!isOn) return;
		for (const key of keys) {
			const isOwn = waiting[key] || key.includes(stream as never);
			if (!isOwn && !held?.some((lock) => key.startsWith(lock.name as string))) adopt(key);
		}
		send();
	};
	locks()
		?.query()
		.then(adoptAll, () => {}) ?? adoptAll({});
}

/**
 * Adds a stored batch to the queue, and holds a lock with its key, so that no other page adopts it, too. A batch of
 * another site is ignored.
 */
export function adopt(key: string): void {
	// Other code may have stored any text under such a key.
	const text = `${recall(key)}`;
	const [site, keptAtMs, events, ...lines] = text.split('\n');
	// Both times are on the clock of the page. The batch may be of another site.
	if (site === settings.site && events && (hold(key) || now() - (keptAtMs as never) > abandonedMs)) {
		waiting[key] = frozenBatch(lines.join('\n'), Number(events));
	}
	// An earlier version has stored it.
	if (text[0] === '[') void loadSecond(() => second.renew?.(store, key, encodeSmall) && adopt(key));
}
