import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { QueryFault } from './api/run-query.js';
import { Metrics } from './metrics.js';

const unknown = async () => undefined;
const noRows = async () => [];
const nothingLeftOut = { leftOut: noRows, leftOutEvents: noRows, eventConflicts: noRows };
const leaving = {
	leftOut: async () => [{ site: 'shop', visitors: 3, sites: 0 }],
	leftOutEvents: async () => [{ site: 'shop', events: 40 }],
	eventConflicts: async () => [
		{ site: 'shop', conflicts: 2 },
		{ site: 'blog', conflicts: 1 },
	],
};
/** A source that fails, and one that never answers. */
const failing = () => Promise.reject(new QueryFault(504, 'slow', new Error()));
const endless = () => new Promise<never>(() => undefined);
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the metrics of the dashboard', () => {
	it('are those of the table in the README, with the same texts', async () => {
		const { registry } = new Metrics({ health: async () => undefined, lag: unknown, ...nothingLeftOut });
		const documented = [...readme.matchAll(/^\| `(footfall_\w+)` +\| (.+?) +\|$/gm)].map(
			([, name, help]) => `${name}: ${help}`,
		);
		const ours = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('footfall_'));
		expect(new Set(documented)).toEqual(new Set(ours.map(({ name, help }) => `${name}: ${help}`)));
	});

	it('have footfall_clickhouse_up 0 and no values of the marts while ClickHouse does not answer', async () => {
		const away = await new Metrics({
			health: () => Promise.reject(new QueryFault(502, 'away', new Error())),
			lag: unknown,
			...nothingLeftOut,
		}).text();
		expect(away).toContain('footfall_clickhouse_up 0');
		expect(away).toContain('footfall_marts_waiting_seconds Nan');
		const health = async () => ({ publishedAgoSeconds: 3, quarantined: 2 });
		const there = new Metrics({
			health,
			lag: async () => ({ behindMs: 4_500, waiting: 7 }),
			...leaving,
		});
		const text = await there.text();
		expect(text).toContain('footfall_clickhouse_up 1\n');
		expect(text).toContain('footfall_marts_published_seconds 3\n');
		expect(text).toContain('footfall_marts_waiting_seconds 4.5\n');
		expect(text).toContain('footfall_events_quarantined 2\n');
		expect(text).toContain('footfall_marts_left_out{site="shop",kind="visitor"} 3\n');
		expect(text).toContain('footfall_marts_left_out_events{site="shop"} 40\n');
		expect(text).toContain('footfall_event_conflicts{site="shop"} 2\n');

		expect(await new Metrics({ health, lag: unknown, ...nothingLeftOut }).text()).toContain(
			'footfall_marts_waiting_seconds Nan',
		);
	});

	it.each([
		['fails', failing],
		['takes too long', endless],
	])(
		'have the series of both alerts on left-out data although the query of its receipts %s',
		async (_, leftOutEvents) => {
			const sources = { health: unknown, lag: unknown, ...leaving, leftOutEvents };
			const text = await new Metrics(sources).text();
			expect(text.match(/^footfall_(marts_left|event_conf).*$/gm)).toEqual([
				'footfall_marts_left_out{site="shop",kind="visitor"} 3',
				'footfall_marts_left_out{site="shop",kind="site"} 0',
				'footfall_marts_left_out{site="blog",kind="visitor"} 0',
				'footfall_marts_left_out{site="blog",kind="site"} 0',
				'footfall_event_conflicts{site="shop"} 2',
				'footfall_event_conflicts{site="blog"} 1',
			]);
		},
	);

	it.each(['leftOut', 'eventConflicts'] as const)('have all other series while %s is not known', async (name) => {
		const text = await new Metrics({ health: unknown, lag: unknown, ...leaving, [name]: failing }).text();
		const [known, missing] = ['footfall_event_conflicts', 'footfall_marts_left_out'];
		expect(text).toContain(`${name === 'leftOut' ? known : missing}{site="shop"`);
		expect(text).not.toContain(`${name === 'leftOut' ? missing : known}{site="shop"`);
		expect(text).toContain('footfall_marts_left_out_events{site="shop"} 40\n');
	});

	it('run the query of receipts once for concurrent scrapes', async () => {
		let asked = 0;
		const leftOutEvents = () => {
			asked++;
			return endless();
		};
		const metrics = new Metrics({ health: unknown, lag: unknown, ...leaving, leftOutEvents });
		await Promise.all([metrics.text(), metrics.text()]);
		expect(asked).toBe(1);
	});

	it.each([503, 504] as const)('have footfall_clickhouse_up 1 when a query fails with %d', async (status) => {
		const text = await new Metrics({
			health: () => Promise.reject(new QueryFault(status, 'no', new Error())),
			lag: unknown,
			...nothingLeftOut,
		}).text();
		expect(text).toContain('footfall_clickhouse_up 1\n');
		expect(text).toContain('footfall_marts_published_seconds Nan');
	});

	it('have footfall_clickhouse_up 0 after any other error', async () => {
		const text = await new Metrics({
			health: () => Promise.reject(new Error('odd')),
			lag: unknown,
			...nothingLeftOut,
		}).text();
		expect(text).toContain('footfall_clickhouse_up 0\n');
	});
});
