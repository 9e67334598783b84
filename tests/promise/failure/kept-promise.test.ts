import { describe, expect, it } from 'vitest';
import { runScenario } from './scenario.js';
import { brokenPromises } from './verdict.js';

describe('every acknowledged event', () => {
	it('is in the raw table and in the marts once, whatever is killed and however connections break', async () => {
		const seed = Number(process.env.FOOTFALL_FAILURE_SEED ?? Math.floor(Math.random() * 1_000_000));
		console.log(`seed ${seed}; FOOTFALL_FAILURE_SEED=${seed} draws the same faults again`);
		const verdict = await runScenario({
			seed,
			collectors: 2,
			collectorKills: 6,
			clickhouseKills: 2,
			outageSeconds: 5,
			upMsMax: 4_000,
			eventsPerSecond: 6_000,
			ordersPerSecond: 10,
			merges: false,
			drainSecondsMax: 150,
			say: () => undefined,
		});
		console.log(JSON.stringify(verdict));
		expect(brokenPromises(verdict, { merges: false })).toEqual([]);
		// The outage starts with one more kill.
		expect(verdict).toMatchObject({ collectorKills: 6, clickhouseKills: 3 });
		expect(verdict.acked).toBeGreaterThan(0);
		expect(verdict.orders).toBeGreaterThan(50);
		expect(verdict.raw).toBe(verdict.acked);
	}, 300_000);
});
