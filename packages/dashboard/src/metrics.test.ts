import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the metrics of the dashboard', () => {
	it('are the table in the README, with the same words', async () => {
		const { registry } = new Metrics(async () => undefined);
		const documented = [...readme.matchAll(/^\| `(footfall_\w+)` +\| (.+?) +\|$/gm)].map(
			([, name, help]) => `${name}: ${help}`,
		);
		const ours = (await registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('footfall_'));
		expect(new Set(documented)).toEqual(new Set(ours.map(({ name, help }) => `${name}: ${help}`)));
	});

	it('say that ClickHouse is away, and nothing of the marts then', async () => {
		const away = await new Metrics(() => Promise.reject(new Error('away'))).text();
		expect(away).toContain('footfall_clickhouse_up 0');
		expect(away).toContain('footfall_marts_waiting_seconds Nan');
		const there = new Metrics(async () => ({ publishedAgoSeconds: 3, waitingSeconds: 0, quarantined: 2 }));
		const text = await there.text();
		expect(text).toContain('footfall_clickhouse_up 1\n');
		expect(text).toContain('footfall_marts_published_seconds 3\n');
		expect(text).toContain('footfall_events_quarantined 2\n');
	});
});
