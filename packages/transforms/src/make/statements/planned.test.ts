import { afterAll, describe, expect, it } from 'vitest';
import { compileOrThrow } from '../../compile/compile.js';
import { withOwn } from '../../compile/project.js';
import type { PublishedRun } from '../../plan/plan.js';
import { tableOf } from '../../store/layout.js';
import { ownModels } from '../../testing/own-models.js';
import { ProjectFolders } from '../../testing/project-folders.js';
import { plannedStatements } from './planned.js';

const folders = new ProjectFolders();
afterAll(() => folders.remove());
const { project } = folders.compile(compileOrThrow(), ownModels);
const all = withOwn(project);
const stored = project.own.models.filter(({ materialized }) => materialized.kind !== 'view');
const range = [{ from: 20_000, to: 20_010, run: 1n }];
const published: PublishedRun = {
	run: 2n,
	models: project.checksum,
	judged: {
		...{ tests: '', list: 0n, hashKey: '', generation: 0, rendered: '' },
		own: {
			checksum: project.own.checksum,
			states: Object.fromEntries(
				project.own.models.map((model) => [model.name, { version: model.own?.version ?? '', table: tableOf(model) }]),
			),
		},
	},
	kind: 'incremental',
	watermark: { '202610': { blocks: [[1, 5]], mutation: 0 } },
	manifest: Object.fromEntries([
		...project.models.map(({ name }) => [name, range]),
		...stored.map((model) => [tableOf(model), range]),
	]),
};
const part = { name: '202610_6_6_0', partition: '202610', blocks: [6, 6], mutation: 0, rows: 9, bytes: 900 } as const;
const change = { kind: 'appended', newParts: [part], seenParts: [] } as const;
const incremental = { kind: 'incremental', run: 3n, why: 'new events', published, change } as const;
const days = [{ from: 20_009, to: 20_009 }];
const textOf = (statements: readonly { model: string; sql: string }[]) =>
	statements.map(({ model, sql }) => `-- ${model}\n${sql};\n`).join('\n');
const ofOwn = ({ model }: { model: string }) => project.own.models.some(({ name }) => name === model);

describe('the statements of a run', () => {
	it('of own models, for the visitors and days that have changed, are those that were reviewed', async () => {
		const statements = plannedStatements(all, incremental, days, new Set()).filter(ofOwn);
		await expect(textOf(statements)).toMatchFileSnapshot('../../testing/golden/own-incremental.sql');
	});

	it('of own models, for all visitors and days, are those that were reviewed', async () => {
		const rebuild = { kind: 'rebuild', run: 3n, why: 'requested' } as const;
		const statements = plannedStatements(all, rebuild, days, new Set()).filter(ofOwn);
		await expect(textOf(statements)).toMatchFileSnapshot('../../testing/golden/own-rebuild.sql');
	});

	it('of the models of this package are those that were reviewed, in a small run and in a rebuild', async () => {
		const ours = ({ model }: { model: string }) => !ofOwn({ model });
		const isStatement = ({ sql }: { sql: string }) => sql.startsWith('INSERT');
		for (const [name, plan] of [
			['incremental', incremental],
			['rebuild', { kind: 'rebuild', run: 3n, why: 'requested' }],
		] as const) {
			const statements = plannedStatements(all, plan, days, new Set()).filter(ours).filter(isStatement);
			await expect(textOf(statements)).toMatchFileSnapshot(`../../testing/golden/${name}.sql`);
		}
	});

	it('are one or more for each model, and those of own models alone when only these have changed', () => {
		const models = plannedStatements(all, incremental, days, new Set()).map(({ model }) => model);
		expect([...new Set(models)]).toEqual(all.models.map(({ name }) => name));
		const ownOnly = { ...incremental, why: 'own models changed' } as const;
		const planned = plannedStatements(all, ownOnly, [], new Set(['shopping_days']));
		expect(planned.map(({ model }) => model)).toEqual(['shopping_days']);
	});

	it('compute only the columns of events that a model names', () => {
		const sql = textOf(plannedStatements(all, incremental, days, new Set()).filter(ofOwn));
		expect(sql).toContain("CAST(is_page_view, 'Bool') AS is_page_view");
		expect(sql).not.toContain("CAST(props, 'Map(String, String)')");
	});
});
