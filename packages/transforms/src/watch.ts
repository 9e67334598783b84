import { setTimeout as wait } from 'node:timers/promises';
import type { Warehouse } from '@footfall/warehouse';
import { type BuildOptions, type BuildReport, build } from './build.js';
import { LockedError } from './lock.js';

/** Longest pause after failed runs. */
const pauseMsMax = 60_000;

export interface WatchOptions extends Pick<BuildOptions, 'ignoreTests'> {
	/** Milliseconds from the end of one run to the start of the next. */
	everyMs: number;
	/** Ends the watch; a run under way is finished first. */
	signal: AbortSignal;
	onReport: (report: BuildReport) => void;
	/** A run failed; the published marts stay as they are and the next try comes later and later. */
	onError: (error: Error) => void;
}

/** Runs `build` again and again, one at a time. Resolves when the signal is aborted; never rejects. */
export async function watch(warehouse: Warehouse, options: WatchOptions): Promise<void> {
	const { everyMs, signal, onReport, onError, ignoreTests = false } = options;
	let failures = 0;
	while (!signal.aborted) {
		const pauseMs = Math.min(everyMs * 2 ** failures, Math.max(everyMs, pauseMsMax));
		await wait(pauseMs, undefined, { signal }).catch(() => undefined);
		if (signal.aborted) return;
		try {
			onReport(await build(warehouse, { lockWaitMs: 0, ignoreTests }));
			failures = 0;
		} catch (error) {
			// Somebody else is at it, so there is nothing to do.
			if (error instanceof LockedError) continue;
			failures++;
			onError(error instanceof Error ? error : new Error(String(error)));
		}
	}
}
