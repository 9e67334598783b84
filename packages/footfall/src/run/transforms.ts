import { type BuildReport, build } from '@footfall/transforms';
import type { Surroundings } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { withWarehouse } from './with-warehouse.js';

/** `footfall transforms`: one run, told as one line of JSON. */
export async function runTransforms(
	settings: Parameters<typeof withWarehouse>[0],
	surroundings: Surroundings,
): Promise<number> {
	let report: BuildReport | undefined;
	const code = await withWarehouse(settings, surroundings, async ({ warehouse }) => {
		report = await build(warehouse);
		surroundings.print(JSON.stringify(report));
	});
	return report?.outcome === 'tests-failed' ? exitCodes.refused : code;
}
