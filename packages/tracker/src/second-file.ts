import { safely } from './attempt.js';
import { listen } from './listeners.js';
import { settings } from './settings.js';

type SecondFile = typeof import('./second/index.js');

/** Exports of the second file, once it is loaded. */
export let second: Partial<SecondFile> = {};

/** Resolves when the tracker starts, while that waits for the second file. */
export let starting: Promise<void> | undefined;

/** Loads the second file, and then calls back, also where a policy of the page forbids the file. */
export const loadSecond = (then: () => void): Promise<void> =>
	import(/* @vite-ignore */ `${settings.collector}/footfall-vitals.js`)
		.then((file: SecondFile) => {
			second = file;
		})
		.catch(() => {})
		.then(safely(then));

/** Errors of the page from before the second file was there, and their maximum number. */
export const earlyErrors: Event[] = [];
const earlyErrorsMax = 50;

/** Whether the start has waited for the second file. */
let hasWaited = false;

/**
 * Calls back when the second file is loaded. Until then the calls of the page wait.
 *
 * @param hearsErrors whether errors of the page are kept until then
 * @returns whether it will call back: it does so once
 */
export function startWithSecond(start: () => void, hearsErrors: boolean): boolean {
	if (hasWaited) return false;
	hasWaited = true;
	if (hearsErrors) {
		listen('error unhandledrejection', (event) => earlyErrors.length < earlyErrorsMax && earlyErrors.push(event));
	}
	starting = loadSecond(() => {
		starting = undefined;
		start();
	});
	return true;
}
