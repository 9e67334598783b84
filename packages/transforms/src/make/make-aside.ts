import type { Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/project.js';
import { discardRun, type MadeRun, make } from './make.js';
import { type BuildOptions, planOrder, underLock } from './start.js';

/**
 * Makes a run as `build` does, and drops it instead of publishing it.
 *
 * @param use called with the run while its rows are in the tables
 * @returns the result of `use`; undefined when there was nothing to make
 */
export async function makeAside<T>(
	warehouse: Warehouse,
	project: Project,
	options: BuildOptions,
	use: (run: MadeRun) => Promise<T>,
): Promise<T | undefined> {
	const planned = await planOrder({ warehouse, project, options, startedAt: performance.now() });
	if (planned.plan.kind === 'skip') return undefined;
	return underLock(planned, async ({ plan, ...locked }) => {
		if (plan.kind === 'skip') return undefined;
		const run = await make({ ...locked, plan }, true);
		try {
			return await use(run);
		} finally {
			await discardRun(run);
		}
	});
}
