import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildValues, Metrics } from './metrics.js';
import { GroupMetrics } from './workers/group-metrics.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the metrics', () => {
	it('the table of metrics in the README has the names and help texts of the code', async () => {
		const metrics = new Metrics();
		const nothing = () => 0;
		metrics.read({
			engine: 'uws',
			events: nothing,
			bytes: nothing,
			bytesMax: nothing,
			segments: nothing,
			oldestMs: () => undefined,
			connections: nothing,
			propertyKeys: () => [],
		});
		const documented = [...readme.matchAll(/^\| `(footfall_\w+)` +\| (.+?) +\|$/gm)].map(([, name, help]) => ({
			name,
			help,
		}));
		const registries = [metrics.registry.getMetricsAsJSON(), new GroupMetrics(1).values(), buildValues()];
		const all = (await Promise.all(registries)).flat();
		const ours = all.filter(({ name }) => name.startsWith('footfall_'));
		const exported = ours.map(({ name, help }) => ({ name, help }));
		const byName = (a: { name: string | undefined }, b: { name: string | undefined }) =>
			String(a.name) < String(b.name) ? -1 : 1;
		expect(documented.sort(byName)).toEqual(exported.sort(byName));
	});
});
