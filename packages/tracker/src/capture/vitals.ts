import { isOn, isWanted, settings } from '../settings.js';
import { signal } from './capture.js';

/** Delay of loading the second file, ms. The page has priority; the browser buffers the entries of the time before. */
const delayMs = 1_000;

/** Loads the second file. If a policy of the page forbids it, no web vitals are captured. */
function load(): void {
	const file = `${settings.collector}/footfall-vitals.js`;
	import(/* @vite-ignore */ file)
		.then((vitals: typeof import('../vitals.js')) =>
			vitals.default((objId, value) => signal('vital', { objId, props: { value } })),
		)
		.catch(() => {});
}

export function watchVitals(): void {
	if (isWanted('vital')) setTimeout(() => isOn && load(), delayMs);
}
