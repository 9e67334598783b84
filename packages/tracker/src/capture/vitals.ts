import { loadSecond, second } from '../second-file.js';
import { isOn, isWanted } from '../settings.js';
import { capture } from './capture.js';
import { pages } from './page-view.js';

/** Delay of loading the second file, ms. The page has priority; the browser buffers the entries of the time before. */
const delayMs = 1_000;

/** Whether web vitals are measured or will be: they are measured once. */
let isWatched = false;

export function watchVitals(): void {
	if (isWatched || !isWanted('vital')) return;
	isWatched = true;
	const measure = () =>
		second.default?.((objId, value, context) => capture('vital', { objId, props: { value } }, context), pages);
	setTimeout(() => isOn && loadSecond(measure), delayMs);
}
