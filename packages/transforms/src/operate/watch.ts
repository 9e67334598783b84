import { setTimeout as wait } from 'node:timers/promises';
import type { Warehouse } from '@footfall/warehouse';
import { build } from '../build.js';
import type { Project } from '../compile/compile.js';
import type { BuildReport } from '../make/report.js';
import type { BuildOptions } from '../make/start.js';
import { renderedChecksum } from '../make/statements/rendered.js';
import { LockedError } from '../store/processes/lock.js';
import { followReads } from '../store/processes/reads.js';
import { announceWatcher } from '../store/processes/watchers.js';
import { withPublishedDefinitions } from '../store/runs/published-definitions.js';

/** Maximum pause after failed runs, milliseconds. */
const pauseMsMax = 60_000;
/** Minimum time from the start of one run to the start of the next, milliseconds. */
const startsApartMs = 250;
/** Minimum pause between two runs, milliseconds: another process that waits for the lock looks every 50 ms. */
const lockPauseMs = 100;

export interface WatchOptions extends Pick<BuildOptions, 'ignoreTests'> {
	/** Time from the start of one run to the start of the next while no dashboard is in use, ms; see `pauseMs`. */
	everyMs: number;
	/**
	 * Whether a dashboard is in use: then runs follow each other closely. It must not reject. @default whether one has
	 * recorded a read in the database, see store/processes/reads.ts
	 */
	isRead?: () => Promise<boolean>;
	/** Ends the watch; a run in progress ends first. */
	signal: AbortSignal;
	/** Called and awaited before each run; it must not reject. @default no call */
	beforeRun?: () => Promise<void>;
	/** Called after each run. */
	onReport: (report: BuildReport) => void;
	/** Called after a failed run. The published marts stay as they are, and the pause before the next run doubles. */
	onError: (error: Error) => void;
}

/**
 * Runs `build` repeatedly, one run at a time, and announces itself, so that processes with other models do not rebuild
 * what it publishes. Resolves when the signal is aborted; never rejects.
 *
 * @param projectNow the models of the next run, called before each run, so that models whose files have changed are
 *   computed without a restart
 */
export async function watch(warehouse: Warehouse, projectNow: () => Project, options: WatchOptions): Promise<void> {
	const wantedNow = () => withPublishedDefinitions(warehouse, projectNow());
	const announced = await announceWatcher(warehouse, identityOf(await wantedNow().catch(projectNow)));
	try {
		await repeat(options, isReadIn(warehouse, options), async () => {
			const project = await wantedNow();
			await announced.become(identityOf(project));
			return build(warehouse, project, { lockWaitMs: 0, ignoreTests: options.ignoreTests ?? false });
		});
	} finally {
		await announced.withdraw();
	}
}

const identityOf = (project: Project) => ({
	checksum: project.checksum,
	rendered: renderedChecksum(project),
	own: project.own.checksum,
});

const isReadIn = (warehouse: Warehouse, { isRead }: WatchOptions) => isRead ?? followReads(warehouse).isReading;

async function repeat(
	options: WatchOptions,
	isRead: () => Promise<boolean>,
	run: () => Promise<BuildReport>,
): Promise<void> {
	const { signal, beforeRun, onReport, onError } = options;
	let failures = 0;
	while (!signal.aborted) {
		const startedAt = performance.now();
		await beforeRun?.();
		if (signal.aborted) return;
		try {
			onReport(await run());
			failures = 0;
		} catch (error) {
			// While another process runs the transforms, there is nothing to do.
			if (!(error instanceof LockedError)) {
				failures++;
				onError(error instanceof Error ? error : new Error(String(error)));
			}
		}
		const tookMs = performance.now() - startedAt;
		await pause({ ...options, isRead }, tookMs, failures).catch(() => undefined);
	}
}

/** Waits for the next run, which starts early when a dashboard is in use. Rejects when the signal is aborted. */
async function pause(
	{ everyMs, isRead, signal }: Required<Pick<WatchOptions, 'everyMs' | 'isRead' | 'signal'>>,
	tookMs: number,
	failures: number,
): Promise<void> {
	const longestMs = pauseMs(everyMs, tookMs, failures);
	const shortestMs = failures > 0 ? longestMs : Math.min(longestMs, pauseWhileReadMs(tookMs));
	const endAtMs = performance.now() + longestMs;
	await wait(shortestMs, undefined, { signal });
	for (;;) {
		const leftMs = endAtMs - performance.now();
		if (leftMs <= 0 || (await isRead())) return;
		await wait(Math.min(leftMs, startsApartMs), undefined, { signal });
	}
}

/** The pause between two runs while a dashboard is in use, ms. Pure. @param tookMs duration of the last run, ms */
export const pauseWhileReadMs = (tookMs: number): number => Math.max(lockPauseMs, startsApartMs - tookMs);

/**
 * The longest pause between the end of one run and the start of the next, milliseconds: what is left of `everyMs`, but
 * at least a tenth of it, so that other processes can take the lock between long runs. After consecutive failures the
 * pause doubles each time, up to a minute or `everyMs`. Pure.
 *
 * @param tookMs duration of the last run, milliseconds
 * @param failures number of consecutive failures
 */
export function pauseMs(everyMs: number, tookMs: number, failures: number): number {
	if (failures === 0) return Math.max(everyMs / 10, everyMs - tookMs);
	return Math.min(everyMs * 2 ** failures, Math.max(everyMs, pauseMsMax));
}
