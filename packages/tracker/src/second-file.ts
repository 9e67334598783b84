import { safely } from './attempt.js';
import { settings } from './settings.js';

type SecondFile = typeof import('./second/index.js');

/** Exports of the second file, once it is loaded. */
export let second: Partial<SecondFile> = {};

/** Loads the second file, and then calls back, also where a policy of the page forbids the file. */
export const loadSecond = (then: () => void): Promise<void> =>
	import(/* @vite-ignore */ `${settings.collector}/footfall-vitals.js`)
		.then(
			(file: SecondFile) => {
				second = file;
			},
			() => {},
		)
		.then(safely(then));
