import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { QueryFault } from './api/run-query.js';
import { Metrics } from './metrics.js';

const unknown = async () => undefined;
const nobody = async () => [];
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the metrics of the dashboard', () => {
	it('are the table in the README, with the same words', async () => {
		const { registry } = new Metrics({ look: async () => undefined, lag: unknown, leftOut: nobody });
		const documented = [...readme.matchAll(/^\| `(footfall_\w+)` +\| (.+?) +\|$/gm)].map(
			([, name, help]) => `${name}: ${help}`,
		);
		const ours = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('footfall_'));
		expect(new Set(documented)).toEqual(new Set(ours.map(({ name, help }) => `${name}: ${help}`)));
	});

	it('say that ClickHouse is away, and nothing of the marts then', async () => {
		const away = await new Metrics({
			look: () => Promise.reject(new QueryFault(502, 'away', new Error())),
			lag: unknown,
			leftOut: nobody,
		}).text();
		expect(away).toContain('footfall_clickhouse_up 0');
		expect(away).toContain('footfall_marts_waiting_seconds Nan');
		const health = async () => ({ publishedAgoSeconds: 3, quarantined: 2 });
		const there = new Metrics({
			look: health,
			lag: async () => ({ behindMs: 4_500, waiting: 7 }),
			leftOut: async () => [{ site: 'shop', visitors: 3, sites: 0, events: 40, conflicts: 2 }],
		});
		const text = await there.text();
		expect(text).toContain('footfall_clickhouse_up 1\n');
		expect(text).toContain('footfall_marts_published_seconds 3\n');
		expect(text).toContain('footfall_marts_waiting_seconds 4.5\n');
		expect(text).toContain('footfall_events_quarantined 2\n');
		expect(text).toContain('footfall_marts_left_out{site="shop",kind="visitor"} 3\n');
		expect(text).toContain('footfall_marts_left_out_events{site="shop"} 40\n');
		expect(text).toContain('footfall_event_conflicts{site="shop"} 2\n');

		expect(await new Metrics({ look: health, lag: unknown, leftOut: nobody }).text()).toContain(
			'footfall_marts_waiting_seconds Nan',
		);
	});

	it.each([503, 504] as const)('do not call ClickHouse away that answers %d', async (status) => {
		const text = await new Metrics({
			look: () => Promise.reject(new QueryFault(status, 'no', new Error())),
			lag: unknown,
			leftOut: nobody,
		}).text();
		expect(text).toContain('footfall_clickhouse_up 1\n');
		expect(text).toContain('footfall_marts_published_seconds Nan');
	});

	it('do not call ClickHouse there when something else went wrong', async () => {
		const text = await new Metrics({
			look: () => Promise.reject(new Error('odd')),
			lag: unknown,
			leftOut: nobody,
		}).text();
		expect(text).toContain('footfall_clickhouse_up 0\n');
	});
});
