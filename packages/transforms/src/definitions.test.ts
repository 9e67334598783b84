import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileFolder, compileOrThrow, withoutDefinitions } from './compile/compile.js';
import { gc, preview } from './operate/runs.js';
import { insertReceipts } from './testing/raw-events.js';
import type { Receipt } from './testing/recount.js';

let test: TestWarehouse;
let folder: string;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'footfall-definitions-'));
	test = await startTestWarehouse();
	await insertReceipts(test.warehouse, [signup(1, 0), signup(2, 60_000), { ...signup(1, 120_000), name: 'order' }]);
});
afterAll(async () => {
	await test.stop();
	rmSync(folder, { recursive: true, force: true });
});

const startMs = Date.UTC(2026, 4, 4, 23, 59);
let ids = 0;
/** A sign-up with an amount of 10 EUR, some time after the first. */
const signup = (visitor: number, afterMs: number): Receipt => ({
	...{ site: 'shop', visitor, id: `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`, name: 'signup' },
	...{ tsMs: startMs + afterMs, receivedMs: startMs + afterMs + 500, obj: '', objId: '', cents: 1_000 },
	...{ host: 'shop.test', path: '/', urlQuery: '', userId: '', referrer: '', browser: '', os: '', device: '' },
	...{ country: '', isBot: false, source: 'page', productId: '', value: 0, currency: 'EUR', orderId: '', refundId: '' },
	...{ extraCents: [0, 0, 0], coupon: '', items: [], props: {}, exp: {} },
});

const define = (definitions: unknown) =>
	writeFileSync(join(folder, 'definitions.json'), JSON.stringify(definitions, null, '\t'));
const goals = () => test.warehouse.query('SELECT goal, toString(conversions) AS n FROM goal_days ORDER BY goal, day');

describe('definitions.json', () => {
	it('is counted for all of history by one rebuild, which the preview tells', async () => {
		await build(test.warehouse, compileOrThrow());
		expect(await goals()).toEqual([{ goal: 'order', n: '1' }]);
		define({
			goals: { signup: { title: 'Sign-ups', when: { event: 'signup' } } },
			funnels: { join: { within: '5m', steps: ['signup', { when: { event: 'order' } }] } },
		});
		const { project, faults } = compileFolder(folder);
		expect(faults).toEqual([]);
		expect(await preview(test.warehouse, project)).toMatchObject({ kind: 'rebuild', why: 'models changed' });
		expect(await build(test.warehouse, project)).toMatchObject({ kind: 'rebuild' });
		// One of them is after midnight.
		expect(await goals()).toEqual([
			{ goal: 'signup', n: '1' },
			{ goal: 'signup', n: '1' },
		]);
		expect(
			await test.warehouse.query('SELECT day, step, toString(visitors) AS n FROM funnel_days ORDER BY day, step'),
		).toEqual([
			{ day: '2026-05-04', step: 1, n: '1' },
			{ day: '2026-05-04', step: 2, n: '1' },
			{ day: '2026-05-05', step: 1, n: '1' },
		]);
		expect(await test.warehouse.query('SELECT goal, title FROM goals')).toEqual([
			{ goal: 'signup', title: 'Sign-ups' },
		]);
	});

	it('stays published while the file has a fault, or a command does not read it', async () => {
		const before = await goals();
		writeFileSync(join(folder, 'definitions.json'), '{\n\t"gaols": {}\n}');
		const { project, faults } = compileFolder(folder);
		expect(faults).toEqual([
			expect.stringMatching(/definitions\.json:2:2: .*"goals"/),
			expect.stringMatching(/definitions\.json: the published definitions stay until this is corrected/),
		]);
		for (const unread of [project, withoutDefinitions(compileOrThrow())]) {
			expect(await build(test.warehouse, unread)).toMatchObject({ outcome: 'skipped' });
			expect(await gc(test.warehouse, unread)).toBeTypeOf('number');
			expect(await preview(test.warehouse, unread)).toMatchObject({ kind: 'skip' });
		}
		await insertReceipts(test.warehouse, [signup(3, 180_000)]);
		expect(await build(test.warehouse, project)).toMatchObject({ kind: 'incremental' });
		expect(await goals()).toEqual([before[0], { goal: 'signup', n: '2' }]);
	});

	it('holds no text that breaks out of a statement', async () => {
		const title = "'); DROP TABLE events; -- {{sessions}} {x:String} \\' \"";
		define({
			goals: { odd: { title, when: { event: { contains: title.slice(0, 40) } } } },
			funnels: {
				odd: {
					title,
					within: '90d',
					steps: [
						{ title, goal: 'odd' },
						{ title, when: { page: '/**' } },
					],
				},
			},
		});
		const { project, faults } = compileFolder(folder);
		expect(faults).toEqual([]);
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'published' });
		expect(await test.warehouse.query('SELECT title FROM goals')).toEqual([{ title }]);
		expect(await test.warehouse.query('SELECT DISTINCT step_title FROM funnels')).toEqual([{ step_title: title }]);
	});

	it('costs a run nothing for what it does not define, and leaves no rows of it', async () => {
		const statementsOf = async () => {
			const report = await build(test.warehouse, compileFolder(folder).project);
			const counted = ['goal_days', 'funnel_steps', 'experiment_visitors'];
			return report.models.filter(({ name, ms }) => counted.includes(name) && ms > 0).map(({ name }) => name);
		};
		define({ goals: { signup: { title: 'Sign-ups', when: { event: 'signup' } } }, funnels: {}, experiments: {} });
		expect(await statementsOf()).toEqual(['goal_days']);
		expect(await goals()).not.toEqual([]);
		define({ goals: {}, funnels: {}, experiments: {} });
		expect(await statementsOf()).toEqual([]);
		expect(await goals()).toEqual([]);
		await insertReceipts(test.warehouse, [signup(4, 240_000)]);
		expect(await statementsOf()).toEqual([]);
		expect(await test.warehouse.query('SELECT * FROM funnel_days')).toEqual([]);
	});
});
