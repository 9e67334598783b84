import { largeStatements, type Warehouse } from '@footfall/warehouse';
import type { PublishedRun } from '../../plan/plan.js';
import { runsTable } from '../layout.js';
import { reportOfJudged } from './judged.js';

/**
 * Publishes a run to readers. This is one insert of one row, so that all models change at once.
 *
 * @param report a JSON object for operators
 */
export async function publish(warehouse: Warehouse, run: PublishedRun, report: object): Promise<void> {
	const manifest = Object.entries(run.manifest).map(([model, ranges]) => {
		const tuples = ranges.map((range) => `(${range.from}, ${range.to}, ${range.run})`);
		return `'${model}', CAST([${tuples.join(', ')}], 'Array(Tuple(UInt16, UInt16, UInt64))')`;
	});
	await warehouse.command(
		`INSERT INTO ${runsTable} (run, models, kind, ledger, manifest, report)
		SELECT ${run.run}, {models:String}, {kind:String}, {ledger:String}, map(${manifest.join(', ')}), {report:String}`,
		{
			params: {
				models: run.models,
				kind: run.kind,
				// The column has the name of an earlier version, so that existing databases keep their runs.
				ledger: JSON.stringify(run.watermark),
				report: JSON.stringify({ ...report, ...reportOfJudged(run.judged) }),
			},
			settings: { async_insert: 0, ...largeStatements },
		},
	);
}
