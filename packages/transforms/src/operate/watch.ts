import { setTimeout as wait } from 'node:timers/promises';
import type { Warehouse } from '@footfall/warehouse';
import { type BuildOptions, type BuildReport, build } from '../build.js';
import { LockedError } from '../store/lock.js';

/** Longest pause after failed runs. */
const pauseMsMax = 60_000;

export interface WatchOptions extends Pick<BuildOptions, 'ignoreTests'> {
	/** Milliseconds from the start of one run to the start of the next; see `pauseMs`. */
	everyMs: number;
	/** Ends the watch; a run under way is finished first. */
	signal: AbortSignal;
	/** Called before each run, which waits for it; it must not reject. @default nothing */
	beforeRun?: () => Promise<void>;
	onReport: (report: BuildReport) => void;
	/** A run failed; the published marts stay as they are and the next try comes later and later. */
	onError: (error: Error) => void;
}

/** Runs `build` now and again and again, one at a time. Resolves when the signal is aborted; never rejects. */
export async function watch(warehouse: Warehouse, options: WatchOptions): Promise<void> {
	const { everyMs, signal, beforeRun, onReport, onError, ignoreTests = false } = options;
	let failures = 0;
	while (!signal.aborted) {
		const startedAt = performance.now();
		await beforeRun?.();
		if (signal.aborted) return;
		try {
			onReport(await build(warehouse, { lockWaitMs: 0, ignoreTests }));
			failures = 0;
		} catch (error) {
			// Where somebody else is at it, there is nothing to do.
			if (!(error instanceof LockedError)) {
				failures++;
				onError(error instanceof Error ? error : new Error(String(error)));
			}
		}
		const tookMs = performance.now() - startedAt;
		await wait(pauseMs(everyMs, tookMs, failures), undefined, { signal }).catch(() => undefined);
	}
}

/**
 * From the end of one run to the start of the next: what is left of `everyMs`, but a tenth of it at least, so that a run that takes longer leaves
 * room for others that want the lock. After failures in a row twice as long each time, up to a minute. Pure.
 */
export function pauseMs(everyMs: number, tookMs: number, failures: number): number {
	if (failures === 0) return Math.max(everyMs / 10, everyMs - tookMs);
	return Math.min(everyMs * 2 ** failures, Math.max(everyMs, pauseMsMax));
}
