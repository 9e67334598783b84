import type { Warehouse } from '@footfall/warehouse';
import { compileOrThrow } from '../compile/compile.js';
import { isOfBefore, isStored } from '../compile/model.js';
import { fileTest, headerTests, runTests, type TestResult } from '../make/data-tests.js';
import { planRun } from '../plan/plan.js';
import { readRunState } from '../store/run-state.js';

/** Tests what readers see: all rows of these models, and every data test that reads one of them. */
export async function testPublished(warehouse: Warehouse, names: ReadonlySet<string>): Promise<TestResult[]> {
	const project = compileOrThrow();
	const isCurrent = planRun(await readRunState(warehouse), project.checksum).kind === 'skip';
	const isComputed = new Set(project.models.filter((model) => !isStored(model)).map(({ name }) => name));
	const ofModels = project.models
		.filter((model) => names.has(model.name) && isStored(model))
		.map((model) => headerTests(model, () => model.name));
	const ofFiles = project.tests
		.filter(({ reads }) => reads.some((name) => names.has(name)))
		// With events waiting, what is computed from raw is ahead of the marts.
		.filter(({ reads }) => isCurrent || !reads.some((name) => isComputed.has(name)))
		.map((test) =>
			fileTest(test, project, ({ name }, extent) =>
				// What readers see is all there is, nothing was there before.
				isOfBefore(extent) ? `(SELECT * FROM ${name} WHERE false)` : name,
			),
		);
	return runTests(warehouse, [...ofModels, ...ofFiles], {});
}
