import { arbitraryCondition, arbitraryEvent } from '@footfall/definitions/testing';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareConditions, insertConditionEvents } from './testing/compare-conditions.js';

let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(() => test.stop());

describe('conditions on events', () => {
	it('hold in ClickHouse for the events for which they hold in TypeScript', async () => {
		const seed = Date.now();
		const events = fc.sample(arbitraryEvent, { numRuns: 100, seed });
		await insertConditionEvents(test.warehouse, events);
		const conditions = fc.sample(arbitraryCondition, { numRuns: 100, seed: seed + 1 });
		const { disagreements, held } = await compareConditions(test.warehouse, conditions, events);
		expect({ seed, disagreements }).toEqual({ seed, disagreements: [] });
		expect(held).toBeGreaterThan(100);
	});
});
