import { isWanted, settings } from '../settings.js';
import { signal } from './capture.js';

/** The page comes first; the browser keeps what has happened until then for us. */
const delayMs = 1_000;

/** Loads the second file. Whoever forbids it goes without. */
export function watchVitals(): void {
	const load = async () => {
		try {
			const file = `${settings.collector}/footfall-vitals.js`;
			const vitals: typeof import('../vitals.js') = await import(/* @vite-ignore */ /* webpackIgnore: true */ file);
			vitals.default((objId, value) => signal('vital', { objId, props: { value } }));
		} catch {}
	};
	if (isWanted('vital')) setTimeout(load, delayMs);
}
