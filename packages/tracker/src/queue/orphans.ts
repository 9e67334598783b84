import { attempt } from '../attempt.js';
import { settings } from '../settings.js';
import { keptNames, prefix, recall } from '../store.js';
import { stream } from './batcher.js';
import { push } from './queue.js';

/** Without locks, how long a batch must have been left alone to be an orphan: a living page freezes and sends it much sooner. */
const abandonedMs = 60_000;

let ending = new AbortController();

/** They are missing on pages without TLS. */
const hasLocks = () => 'locks' in navigator;

/**
 * Says that this page lives, and takes the batches that others left unacknowledged. A page holds the lock of its stream
 * for as long as it lives; whoever gets the lock of another stream knows that its page is gone, and is the only one to
 * take its batches.
 *
 * @param onAdopted called when there is more to send
 */
export function claim(onAdopted: () => void): void {
	hold(stream, () => {});
	for (const name of keptNames()) {
		const [owner] = /^\d+(?=_)/.exec(name) ?? [];
		if (!owner || +owner === stream) continue;
		hold(owner, () => {
			for (const other of keptNames()) if (other.startsWith(owner)) adopt(other);
			onAdopted();
		});
	}
}

/** @param then called once the page is gone */
function hold(owner: unknown, then: () => void): void {
	if (!hasLocks()) {
		then();
		return;
	}
	const { signal } = ending;
	const held = () =>
		new Promise((release) => {
			signal.addEventListener('abort', release);
			then();
		});
	navigator.locks.request(prefix + owner, { signal }, held).catch(() => {});
}

function adopt(name: string): void {
	attempt(() => {
		const batch = JSON.parse(recall(name) as string);
		if (batch[1] === settings.site && (hasLocks() || Date.now() - batch[5] > abandonedMs)) push(batch);
	});
}

/** Lets others take what is left here. */
export function abandon(): void {
	ending.abort();
	ending = new AbortController();
}
