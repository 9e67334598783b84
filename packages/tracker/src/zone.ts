import { ownGlobal } from './browser.js';

/**
 * Runs code outside the zones of zone.js. Angular renders again after every timer and listener that begins in its zone,
 * and takes the page for unstable until the last timer has run.
 */
export function outsideZones<Result>(run: () => Result): Result {
	const root = (ownGlobal('Zone') as { root?: { run?: (run: () => Result) => Result } } | undefined)?.root;
	return root?.run ? root.run(run) : run();
}
