import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { largestFile } from '@footfall/definitions/testing';
import { largeStatements } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileFolder } from './compile/compile.js';
import { showRows } from './operate/show.js';
import { ProjectFolders } from './testing/project-folders.js';

const folders = new ProjectFolders();
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	folders.remove();
});

const send = (events: number, from: number) =>
	test.warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url)
		SELECT 'shop', number % 5, toUUID(concat('00000000-0000-4000-8000-', leftPad(toString(number), 12, '0'))),
			now64(3), now64(3), 'view', 'page', 'main', 'https://shop.test/0' FROM numbers(${from}, ${events})`,
		{ settings: { async_insert: 0 } },
	);

describe('the largest definitions.json', () => {
	// Each comparison of a path has the SQL of the path again, so that these are the statements with the most parts.
	it('is published, kept up to date and read, and a larger one leaves it published', async () => {
		const folder = folders.write({ 'definitions.json': largestFile((i) => ({ onPage: `/${i.toString(36)}` })) });
		const { project, faults } = compileFolder(folder);
		expect(faults).toEqual([]);
		expect(project.parameters.definitions).toMatchObject({ goals: { length: 100 }, funnels: { length: 50 } });
		await send(50, 0);
		expect(await build(test.warehouse, project)).toMatchObject({ kind: 'rebuild', outcome: 'published' });
		await send(50, 50);
		expect(await build(test.warehouse, project)).toMatchObject({ kind: 'incremental', outcome: 'published' });
		const conversions = () =>
			test.warehouse.query("SELECT toString(sum(conversions)) AS n FROM goal_days WHERE goal = 'goal_0'");
		expect(await conversions()).toEqual([{ n: '100' }]);
		for (const { name, layer } of project.models)
			if (layer === 'marts') expect(await test.warehouse.query(`SELECT count() FROM ${name}`)).toHaveLength(1);
		const staged = project.models.find(({ name }) => name === 'stg_events');
		if (staged === undefined) throw new Error('there is no model stg_events');
		expect(await showRows(test.warehouse, staged, 3)).toHaveLength(3);
		// Those of the package alone are not enough: a reader's profile has the same bounds.
		await expect(test.warehouse.query('SELECT * FROM stg_events')).rejects.toThrow(/too big/);
		const settings = { ...largeStatements };
		expect(await test.warehouse.query('SELECT * FROM stg_events', { settings })).toHaveLength(100);

		writeFileSync(
			join(folder, 'definitions.json'),
			largestFile((i) => ({ onPage: `/${i.toString(36)}` }), 1),
		);
		const larger = compileFolder(folder);
		expect(larger.faults).toEqual([
			expect.stringMatching(/definitions\.json:1:\d+: .* 131073 bytes of SQL, at most 131072 are possible/),
			expect.stringMatching(/the published definitions stay/),
		]);
		expect(await build(test.warehouse, larger.project)).toMatchObject({ outcome: 'skipped' });
		expect(await conversions()).toEqual([{ n: '100' }]);
	});
});
