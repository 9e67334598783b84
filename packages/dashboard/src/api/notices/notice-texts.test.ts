import { describe, expect, it } from 'vitest';
import { composeNotices, type MartsState } from './notice-texts.js';

const current: MartsState = {
	run: { kind: 'incremental', publishedMs: Date.UTC(2026, 0, 31, 12, 5) },
	failure: undefined,
	leftOut: [],
	stale: [],
	failing: [],
	lag: { behindMs: 4_000, waiting: 7 },
	version: 'current',
};
const kinds = (change: Partial<MartsState>) => composeNotices({ ...current, ...change }).map(({ kind }) => kind);

describe('the notices', () => {
	it('are none while the marts are current, or only the usual seconds behind', () => {
		expect(kinds({})).toEqual([]);
		expect(kinds({ run: undefined, lag: undefined })).toEqual([]);
	});

	it('say why new events are not counted, and where the numbers end', () => {
		const failure = {
			kind: 'tests-failed',
			message: 'sessions: unique (3 rows)',
			sinceMs: Date.UTC(2026, 0, 31, 12, 6),
		};
		expect(composeNotices({ ...current, failure })[0]?.text).toBe(
			'Data tests have failed since 2026-01-31 12:06 UTC, so that new events are not counted: sessions: unique (3 rows). The numbers end with the run of 2026-01-31 12:05 UTC.',
		);
		expect(kinds({ failure: { ...failure, kind: 'run-failed' } })).toEqual(['run-failed']);
		expect(kinds({ run: { kind: 'rollback', publishedMs: 1 } })).toEqual(['held']);
		expect(kinds({ lag: { behindMs: 900_000, waiting: 1 } })).toEqual(['waiting']);
		// One cause has one notice.
		expect(kinds({ failure, run: { kind: 'rollback', publishedMs: 1 }, lag: { behindMs: 9e9, waiting: 1 } })).toEqual([
			'tests-failed',
		]);
	});

	it('say that the definitions are those published before, and that events wait', () => {
		const failure = {
			kind: 'definitions-faulty',
			message: 'footfall/definitions.json:2:2: "gaols" is not a key',
			sinceMs: 0,
		};
		expect(composeNotices({ ...current, failure })[0]?.text).toBe(
			'The file with the definitions has had a fault since 1970-01-01 00:00 UTC: footfall/definitions.json:2:2: "gaols" is not a key. The goals, funnels and experiments published before stay.',
		);
		expect(kinds({ failure, lag: { behindMs: 900_000, waiting: 1 } })).toEqual(['definitions-faulty', 'waiting']);
	});

	it('say that another version computed the numbers, until a run of this one is published', () => {
		expect(composeNotices({ ...current, version: 'earlier' })).toMatchObject([
			{
				kind: 'other-version',
				text: 'The numbers are those of an earlier version of Footfall until the first run of this version is published. What is new in this version is missing until then.',
				remedy: expect.stringMatching(/^Wait for it/),
			},
		]);
		expect(composeNotices({ ...current, version: 'newer' })).toMatchObject([
			{ kind: 'other-version', remedy: 'Upgrade the process that serves the dashboard.' },
		]);
		const failure = { kind: 'run-failed', message: 'no', sinceMs: 1 };
		const [first, second] = composeNotices({ ...current, failure, version: 'earlier' });
		expect([first?.kind, second?.kind]).toEqual(['run-failed', 'other-version']);
		expect(second?.remedy).not.toContain('Wait');
		expect(kinds({ version: 'none' })).toEqual([]);
		expect(kinds({ version: 'other' })).toEqual([]);
	});

	it('name the models of the project folder of which readers see earlier rows', () => {
		const model = (name: string) => ({ name, words: `${name}.sql:7: ClickHouse: no.`, sinceMs: Date.UTC(2026, 0, 31) });
		const stale = Array.from({ length: 12 }, (_, i) => model(`m${i}`));
		expect(composeNotices({ ...current, stale: stale.slice(0, 1) })).toMatchObject([
			{
				kind: 'own-model-stale',
				text: 'The model m0 of the project folder has shown earlier rows since 2026-01-31 00:00 UTC: m0.sql:7: ClickHouse: no.',
			},
		]);
		expect(composeNotices({ ...current, stale })[0]?.text).toMatch(
			/ Not current either: m1, m2, m3, m4, m5, m6, m7, m8, m9 and 2 more\.$/,
		);
	});

	it('name the data tests of the project folder that fail and hold no model', () => {
		const failing = ['a', 'b'].map((name) => ({
			name,
			words: `tests/${name}.sql: no.`,
			sinceMs: Date.UTC(2026, 0, 31),
		}));
		expect(composeNotices({ ...current, failing })).toMatchObject([
			{
				kind: 'own-test-failed',
				text: 'The data test a of the project folder has failed since 2026-01-31 00:00 UTC: tests/a.sql: no. So have b.',
			},
		]);
	});

	it('name a few sites whose data is left out, and bound what senders can make long', () => {
		const site = (name: string, visitors: number) => ({
			site: name,
			visitors,
			isSite: visitors === 0,
			reason: 'r'.repeat(900),
		});
		const leftOut = [site('a', 0), site('b', 1), site('c', 2), site('d', 3), site('e', 4)];
		const [notice] = composeNotices({ ...current, leftOut });
		expect(notice?.text.replaceAll(/\(r+…\)/g, '(…)')).toBe(
			'The numbers leave out the site a (…), 1 visitor of the site b (…), 2 visitors of the site c (…), and data of 2 more sites.',
		);
		expect(notice?.text.length).toBeLessThan(1_200);
	});
});
