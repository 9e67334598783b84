import { safely, until } from './attempt.js';
import { settings } from './settings.js';

type SecondFile = typeof import('./second/index.js');

/** Exports of the second file, once it is loaded. */
export let second: Partial<SecondFile> = {};

/** Resolves when the tracker has started, while that waits for the second file. */
export let starting: Promise<void> | undefined;

/** Loads the second file, and then calls back, also where a policy of the page forbids the file. */
export const loadSecond = (then: () => void): Promise<void> =>
	import(/* @vite-ignore */ `${settings.collector}/footfall-vitals.js`)
		.then((file: SecondFile) => {
			second = file;
		})
		.catch(() => {})
		.then(safely(then));

/** Longest wait of the start for the second file, ms. */
const startWaitMs = 5_000;

/** Whether the start has waited for the second file. */
let hasWaited = false;

/**
 * Calls back when the second file is loaded, or after the longest wait. Until then the calls of the page wait.
 *
 * @returns whether it will call back: it does so once
 */
export function startWithSecond(start: () => void): boolean {
	if (hasWaited) return false;
	hasWaited = true;
	starting = (async () => {
		await until((end) => {
			void loadSecond(end);
			setTimeout(end, startWaitMs);
		});
		starting = undefined;
		safely(start)();
	})();
	return true;
}
