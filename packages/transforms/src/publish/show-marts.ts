import { showMarts, type Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/project.js';
import type { BuildReport } from '../make/report.js';
import { isMartOf } from '../store/views.js';

/** Brings the marts database up to date. A failure is left to the next run, since the marts are published already. */
export async function withMartsShown(
	warehouse: Warehouse,
	project: Project,
	report: BuildReport,
): Promise<BuildReport> {
	const martsFault = await showMarts(warehouse, isMartOf(project)).catch(() => undefined);
	return martsFault === undefined ? report : { ...report, martsFault };
}
