import { isOn, isWanted, settings } from '../settings.js';
import { signal } from './capture.js';

/** The page comes first; the browser keeps what has happened until then for us. */
const delayMs = 1_000;

/** Loads the second file. Whoever forbids it goes without. */
function load(): void {
	const file = `${settings.collector}/footfall-vitals.js`;
	import(/* @vite-ignore */ /* webpackIgnore: true */ file)
		.then((vitals: typeof import('../vitals.js')) =>
			vitals.default((objId, value) => signal('vital', { objId, props: { value } })),
		)
		.catch(() => {});
}

export function watchVitals(): void {
	if (isWanted('vital')) setTimeout(() => isOn && load(), delayMs);
}
