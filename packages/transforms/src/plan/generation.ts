import type { PublishedRun } from './plan.js';
import { RunFault } from './run-fault.js';

/**
 * Refuses to work on marts that a newer version has published. Pure.
 *
 * @param published the newest published run, if any
 * @throws RunFault
 */
export function refuseNewer(published: PublishedRun | undefined, { generation }: { generation: number }): void {
	if (published === undefined || published.judged.generation <= generation) return;
	throw new RunFault(
		`a newer version of Footfall published the marts of this database (models of generation ${published.judged.generation}; ` +
			`this version has ${generation}), so this version changes nothing; upgrade Footfall, or use a data directory or a ` +
			'backup from before the upgrade',
	);
}
