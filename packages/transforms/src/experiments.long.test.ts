import { defaultDefinitions } from '@footfall/definitions';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';
import { defaultParameters } from './compile/model.js';
import { ModelFolders } from './testing/model-folders.js';
import { idOf, insertReceipts, receipt } from './testing/raw-events.js';
import type { Receipt } from './testing/recount.js';

const folders = new ModelFolders();
const experiment = { name: 'price', title: 'Price', key: 'price', goal: 'order', sites: undefined };
const project = compileOrThrow(folders.copy(['experiment_results', 'int_presence_days']), {
	...defaultParameters,
	definitions: { ...defaultDefinitions, experiments: [experiment] },
});
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	folders.remove();
});
beforeEach(() => test.warehouse.command('TRUNCATE TABLE events'));

const midnight = Date.UTC(2026, 0, 6);
let nextId = 1;
const at = (tsMs: number, parts: Partial<Receipt> = {}) => receipt({ id: idOf(nextId++), tsMs, ...parts });
const seen = (tsMs: number, price: string) => at(tsMs, { exp: { price } });
const order = (tsMs: number) => at(tsMs, { name: 'order', obj: '', objId: '' });

/** Builds the marts after each part of the events. */
async function marts(...parts: Receipt[][]) {
	for (const part of parts) {
		await insertReceipts(test.warehouse, part);
		await build(test.warehouse, project);
	}
}
const visitors = () =>
	test.warehouse.query(
		`SELECT day, variant, is_conversion AS converted FROM experiment_visitors ORDER BY variant, converted`,
	);
const results = () =>
	test.warehouse.query(
		`SELECT variant, visitors, converted_visitors AS converted, mixed_visitors AS mixed FROM experiment_results ORDER BY variant`,
	);

describe('an experiment', () => {
	it('counts a conversion after midnight on its own day, whichever day arrives last', async () => {
		const parts = [[seen(midnight - 60_000, 'a')], [order(midnight + 60_000)]];
		const rows = [
			{ day: '2026-01-05', variant: 'a', converted: false },
			{ day: '2026-01-06', variant: 'a', converted: true },
		];
		await marts(...parts);
		expect(await visitors()).toEqual(rows);
		await test.warehouse.command('TRUNCATE TABLE events');
		await marts(...parts.toReversed());
		expect(await visitors()).toEqual(rows);
	});

	it('counts a conversion that was before the exposure once an earlier exposure arrives', async () => {
		await marts([order(midnight), seen(midnight + 1, 'a')]);
		expect(await results()).toEqual([{ variant: 'a', visitors: '1', converted: '0', mixed: '0' }]);
		await marts([seen(midnight, 'a')]);
		expect(await results()).toEqual([{ variant: 'a', visitors: '1', converted: '1', mixed: '0' }]);
	});

	it('takes a visitor out of the first variant when another one is seen weeks later', async () => {
		await marts([seen(midnight, 'a'), order(midnight + 1_000)], [seen(midnight + 40 * 86_400_000, 'b')]);
		expect(await results()).toEqual([
			{ variant: 'a', visitors: '0', converted: '0', mixed: '1' },
			{ variant: 'b', visitors: '0', converted: '0', mixed: '1' },
		]);
	});

	it('has the first 20 variants of a visit in alphabetical order, in whatever parts they arrive', async () => {
		const names = Array.from({ length: 30 }, (_, i) => `v${10 + i}`);
		const events = names.map((name, i) => seen(midnight + ((i * 7) % 30) * 1_000, name));
		await marts(events.slice(20), events.slice(0, 5), events.slice(5, 20));
		expect((await visitors()).map((row) => (row as { variant: string }).variant)).toEqual(names.slice(0, 20));
	});
});
