import type { Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/compile.js';
import { isPublishedExtent, isStored } from '../compile/model.js';
import { fileTest, headerTests, runTests, type TestResult } from '../make/data-tests.js';
import { planRun } from '../plan/plan.js';
import { withPublishedDefinitions } from '../store/runs/published-definitions.js';
import { readRunState } from '../store/runs/run-state.js';

/**
 * Tests the published rows that readers see: all rows of the given models, and every data test that reads one of them.
 *
 * @param names names of models
 */
export async function testPublished(
	warehouse: Warehouse,
	ours: Project,
	names: ReadonlySet<string>,
): Promise<TestResult[]> {
	const project = await withPublishedDefinitions(warehouse, ours);
	const state = await readRunState(warehouse);
	const isCurrent = planRun(state, project.checksum).kind === 'skip';
	const states = state.published?.judged.own?.states ?? {};
	// An own model that no run has computed yet has no view.
	const models = [...project.models, ...project.own.models.filter(({ name }) => (states[name]?.version ?? '') !== '')];
	const known = new Set(models.map(({ name }) => name));
	const isComputed = new Set(models.filter((model) => !isStored(model)).map(({ name }) => name));
	const headerTestQueries = models
		// No run tests a view. Ephemeral models have no rows of their own.
		.filter((model) => names.has(model.name) && model.materialized.kind !== 'ephemeral')
		.map((model) => headerTests(model, () => model.name));
	const fileTestQueries = [...project.tests, ...project.own.tests]
		.filter(({ reads }) => reads.every((name) => known.has(name)))
		.filter(({ reads }) => reads.some((name) => names.has(name)))
		// While events are waiting, models that are computed from raw are ahead of the marts.
		.filter(({ reads }) => isCurrent || !reads.some((name) => isComputed.has(name)))
		.map((test) =>
			fileTest(test, { ...project, models }, ({ name }, extent) =>
				// The published rows are complete, so there are no earlier rows to add.
				isPublishedExtent(extent) ? `(SELECT * FROM ${name} WHERE false)` : name,
			),
		);
	return runTests(warehouse, [...headerTestQueries, ...fileTestQueries], {});
}
