import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../build.js';
import { compileOrThrow, type ProjectWithOwn } from '../compile/compile.js';
import { followReads } from '../store/processes/reads.js';
import { ModelFolders } from '../testing/model-folders.js';
import { ProjectFolders } from '../testing/project-folders.js';
import { idOf, insertReceipts, receipt } from '../testing/raw-events.js';
import { pauseMs, pauseWhileReadMs, watch } from './watch.js';

const folders = new ModelFolders();
const projectFolders = new ProjectFolders();
const dayCount = `-- @description Sessions of a day.
-- @grain site, day
-- @order site
-- @materialized incremental by partition
-- @column site LowCardinality(String): Site key.
-- @column day Date: UTC day.
-- @column n UInt64: Sessions.
SELECT site, day, count() AS n FROM {{sessions}} GROUP BY site, day
`;
/** A run of few models has few statements. */
const project = compileOrThrow(folders.copy(['sessions']));
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
	await build(test.warehouse, project);
});
afterAll(async () => {
	await test.stop();
	folders.remove();
	projectFolders.remove();
});

let nextId = 1;
async function addEvents(count: number): Promise<void> {
	const events = Array.from({ length: count }, () =>
		receipt({ id: idOf(nextId), visitor: nextId++, tsMs: Date.UTC(2026, 3, 1) }),
	);
	await insertReceipts(test.warehouse, events);
}
async function eventsInMarts(): Promise<number> {
	const [row] = await test.warehouse.query<{ n: string }>('SELECT sum(events) AS n FROM sessions');
	return Number(row?.n);
}

/** A connection whose first query fails. */
function failingOnce() {
	let hasFailed = false;
	const query: typeof test.warehouse.query = (...args) => {
		if (hasFailed) return test.warehouse.query(...args);
		hasFailed = true;
		return Promise.reject(new Error('the connection is gone'));
	};
	return { warehouse: { ...test.warehouse, query } };
}

describe('watch', () => {
	it('continues after a failed run, and ends when its signal is aborted', async () => {
		const stop = new AbortController();
		const errors: string[] = [];
		const outcomes: string[] = [];
		await addEvents(1);
		const { warehouse } = failingOnce();
		await watch(warehouse, () => project, {
			everyMs: 5,
			signal: stop.signal,
			onError: ({ message }) => errors.push(message),
			onReport: ({ outcome }) => {
				outcomes.push(outcome);
				if (outcomes.length === 2) stop.abort();
			},
		});
		expect(errors).toEqual(['the connection is gone']);
		expect(outcomes).toEqual(['published', 'skipped']);
	});

	it('awaits beforeRun before each run looks for new events', async () => {
		const stop = new AbortController();
		const before = await eventsInMarts();
		let runs = 0;
		await watch(test.warehouse, () => project, {
			everyMs: 5,
			signal: stop.signal,
			beforeRun: () => addEvents(2),
			onError: (error) => expect.unreachable(error.message),
			onReport: () => {
				runs++;
				if (runs === 3) stop.abort();
			},
		});
		expect(await eventsInMarts()).toBe(before + 6);
	});

	it('computes own models whose files have changed, and is from then on a process with these files', async () => {
		const stop = new AbortController();
		const [before, after] = ['count()', '1 + count()'].map((n) =>
			projectFolders.compile(project, { 'models/day_count.sql': dayCount.replace('count()', n) }),
		) as [ProjectWithOwn, ProjectWithOwn];
		const reports: string[] = [];
		let current = before.project;
		await watch(test.warehouse, () => current, {
			everyMs: 5,
			signal: stop.signal,
			beforeRun: async () => {
				if (reports.length < 2) return;
				expect(await build(test.warehouse, after.project)).toMatchObject({ outcome: 'skipped' });
				await expect(build(test.warehouse, before.project)).rejects.toThrow('reads them before its next run');
				stop.abort();
			},
			onError: (error) => expect.unreachable(error.message),
			onReport: ({ why, own }) => {
				reports.push(`${why}: ${own.map(({ name, outcome }) => `${name} ${outcome}`).join()}`);
				current = after.project;
			},
		});
		expect(reports).toEqual(Array(2).fill('own models changed: day_count computed'));
	});

	it('starts no run when its signal is aborted in beforeRun', async () => {
		const stop = new AbortController();
		await addEvents(1);
		await watch(test.warehouse, () => project, {
			everyMs: 5,
			signal: stop.signal,
			beforeRun: async () => stop.abort(),
			onError: (error) => expect.unreachable(error.message),
			onReport: ({ outcome }) => expect.unreachable(outcome),
		});
	});

	it.each([
		['another process has recorded a read', () => ({})],
		['this process knows that a dashboard is in use', () => ({ isRead: async () => true })],
	])('does not wait for the end of an hour when %s', async (_, reading) => {
		const stop = new AbortController();
		const other = test.connect();
		let runs = 0;
		await watch(test.warehouse, () => project, {
			everyMs: 3_600_000,
			...reading(),
			signal: stop.signal,
			beforeRun: () => addEvents(1),
			onError: (error) => expect.unreachable(error.message),
			onReport: () => {
				runs++;
				followReads(other).note();
				if (runs === 3) stop.abort();
			},
		});
		await other.close();
		expect(await test.warehouse.query('SELECT count() AS n FROM events')).toEqual([{ n: `${await eventsInMarts()}` }]);
	});

	it('starts runs a quarter of a second apart while a dashboard is in use, with a pause for others that wait for the lock', () => {
		expect([0, 100, 240, 10_000].map(pauseWhileReadMs)).toEqual([250, 150, 100, 100]);
	});

	it('pauses for the rest of the interval, for a tenth of it after long runs, and longer after each failure', () => {
		expect(pauseMs(5_000, 400, 0)).toBe(4_600);
		expect([4_500, 60_000].map((tookMs) => pauseMs(5_000, tookMs, 0))).toEqual([500, 500]);
		expect([1, 2, 3, 9].map((failures) => pauseMs(5_000, 400, failures))).toEqual([10_000, 20_000, 40_000, 60_000]);
		expect(pauseMs(3_600_000, 400, 5)).toBe(3_600_000);
	});
});
