import { type Dashboard, startDashboard } from '@footfall/dashboard';
import { generation } from '@footfall/transforms';
import { migrate, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEarlierMarts } from '../support/earlier-marts.js';
import { askAll, noticesOf } from './support/ask-all.js';
import { token } from './support/dashboard-under-test.js';

let test: TestWarehouse;
let warehouse: Warehouse;
const faults: string[] = [];
beforeAll(async () => {
	test = await startTestWarehouse();
	warehouse = await createEarlierMarts(test, 'marts-2026-11-30.sql', 'dashboard');
	await migrate(warehouse);
});
afterAll(async () => {
	await warehouse.close();
	await test.stop();
});

/** @param ours generation of the models of the dashboard */
async function start(ours: number | undefined): Promise<Dashboard> {
	const logger = { warn() {}, error: (_: object, message: string) => void faults.push(message) };
	return startDashboard({ port: 0, token, warehouse, generation: ours, logger });
}

const martsOfTen = 10;

it.each([
	{ ours: generation, words: 'An earlier version of Footfall computed', notices: ['other-version'] },
	{ ours: martsOfTen - 1, words: 'A newer version of Footfall computed', notices: ['other-version'] },
	{ ours: undefined, words: 'Another version of Footfall computed', notices: [] },
])(
	'a view shows what the marts of another version have, and says why the rest is missing: $words',
	async ({ ours, words, notices }) => {
		const dashboard = await start(ours);
		const answers = await askAll(dashboard, ({ view }) => ['goals', 'experiments'].includes(view));
		const whole = answers.filter(({ request }) => !('device' in request.parameters));
		expect(whole.map(({ request: { view }, answer }) => [view, answer.status, answer.notInMarts])).toEqual([
			...Array.from({ length: 3 }, () => [
				'goals',
				200,
				{ rows: ['days', 'attributes'], words: expect.stringContaining(words) },
			]),
			['experiments', 200, { rows: ['variants'], words: expect.stringContaining(words) }],
		]);
		expect(whole[0]?.answer.rows).toEqual({
			goals: [
				expect.objectContaining({ goal: 'checkout', conversions: 1 }),
				expect.objectContaining({ goal: 'signup' }),
			],
		});
		expect(whole.at(-1)?.answer.rows?.experiments).toMatchObject([{ experiment: 'cart' }]);
		for (const { request, answer } of answers.filter(({ request }) => 'device' in request.parameters))
			expect({ ...request, ...answer }).not.toHaveProperty('notInMarts');
		expect(await noticesOf(dashboard)).toEqual(notices);
		await dashboard.stop();
		expect(faults).toEqual([]);
	},
);

it('a part of a list that the marts do not have is missing in the same way', async () => {
	const dashboard = await start(generation);
	const query = 'site=shop&from=2026-01-01&to=2026-01-31&list=device';
	const answer = await fetch(`${dashboard.url}/api/goals?${query}`, { headers: { authorization: `Bearer ${token}` } });
	expect(await answer.json()).toMatchObject({ rows: {}, lists: {}, notInMarts: { rows: ['attributes'] } });
	await dashboard.stop();
});

it('a query that does not fit the marts of its own version is a fault, which is logged', async () => {
	const dashboard = await start(martsOfTen);
	const answers = await askAll(dashboard, ({ view }) => view === 'experiments');
	expect(answers.map(({ answer }) => answer)).toEqual([
		{ status: 500, error: 'Internal error. The log of the dashboard has the details.' },
	]);
	expect(new Set(faults)).toEqual(new Set(['a view failed']));
	await dashboard.stop();
});
