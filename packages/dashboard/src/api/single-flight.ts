import { setTimeout as wait } from 'node:timers/promises';

/**
 * Shares one run of `work` among all callers that ask while it is in progress.
 *
 * @param waitMsMax longest wait of one caller, milliseconds; the run itself continues
 * @returns resolves to undefined where the run takes longer
 */
export function singleFlight<Result>(
	work: () => Promise<Result>,
	waitMsMax: number,
): () => Promise<Result | undefined> {
	let running: Promise<Result> | undefined;
	return () => {
		running ??= work().finally(() => {
			running = undefined;
		});
		return Promise.race([running, wait(waitMsMax, undefined, { ref: false })]);
	};
}
