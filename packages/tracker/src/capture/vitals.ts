import { isOn, isWanted, settings } from '../settings.js';
import { signal } from './capture.js';
import { pages } from './page-view.js';

/** Delay of loading the second file, ms. The page has priority; the browser buffers the entries of the time before. */
const delayMs = 1_000;

/** Loads the second file. If a policy of the page forbids it, no web vitals are captured. */
function load(): void {
	const file = `${settings.collector}/footfall-vitals.js`;
	import(/* @vite-ignore */ file)
		.then((vitals: typeof import('../vitals.js')) =>
			vitals.default((objId, value, context) => signal('vital', { objId, props: { value } }, context), pages),
		)
		.catch(() => {});
}

/** Whether the second file is loaded or will be: web vitals are measured once. */
let isWatched = false;

export function watchVitals(): void {
	if (isWatched || !isWanted('vital')) return;
	isWatched = true;
	setTimeout(() => isOn && load(), delayMs);
}
