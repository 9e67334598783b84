import { type Condition, type ConditionEvent, conditionSql, matches } from '@footfall/definitions';
import { arbitraryCondition, arbitraryEvent, hostileTexts } from '@footfall/definitions/testing';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareConditions, insertConditionEvents } from './testing/compare-conditions.js';

let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(() => test.stop());
beforeEach(() => test.warehouse.command('TRUNCATE TABLE events'));

const event: ConditionEvent = {
	name: 'view',
	obj: 'page',
	obj_id: '',
	path: '/',
	props: {},
	amount: 0,
	source: 'page',
};
/** Conditions of one statement; more would make it too long. */
const conditionsMax = 50;

describe('conditions on events', () => {
	it('hold in ClickHouse for the events for which they hold in TypeScript, in many samples', async () => {
		const seed = Date.now();
		const events = fc.sample(arbitraryEvent, { numRuns: 250, seed });
		await insertConditionEvents(test.warehouse, events);
		const conditions = fc.sample(arbitraryCondition, { numRuns: 10_000, seed: seed + 1 });
		let total = 0;
		for (let i = 0; i < conditions.length; i += conditionsMax) {
			const some = conditions.slice(i, i + conditionsMax);
			const { disagreements, held } = await compareConditions(test.warehouse, some, events);
			expect({ seed, disagreements }).toEqual({ seed, disagreements: [] });
			total += held;
		}
		expect(total).toBeGreaterThan(100_000);
	});

	it('take every text as it is, in every place of a condition', async () => {
		const bounded = hostileTexts.map((text) => text.replaceAll(/\p{Surrogate}/gu, '\ufffd'));
		const events = bounded.map((text) => ({
			...event,
			name: text,
			obj: text,
			obj_id: text,
			props: { [text]: text, k: text },
		}));
		await insertConditionEvents(test.warehouse, events);
		for (const text of hostileTexts) {
			const conditions: Condition[] = [
				...(['event', 'object', 'objectId'] as const).map(
					(kind): Condition => ({ kind, is: { op: 'equal', texts: [text] } }),
				),
				...(['equal', 'contains', 'starts', 'ends'] as const).map((op): Condition => {
					const is = op === 'equal' ? { op, texts: [text, 'other'] } : { op, text };
					return { kind: 'property', property: 'k', is };
				}),
				{ kind: 'property', property: text, is: { op: 'exists', exists: true } },
				{ kind: 'property', property: text, is: { op: 'equal', texts: [text] } },
				{ kind: 'property', property: text, is: { op: 'less', number: 1e12 } },
				{ kind: 'onPage', patterns: [text, `${text}*`, `**${text}`] },
			];
			const { disagreements } = await compareConditions(test.warehouse, conditions, events);
			expect(disagreements).toEqual([]);
			const own = bounded.indexOf(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'));
			expect(
				matches(conditions[0] as Condition, events[own] as ConditionEvent),
				conditionSql(conditions[0] as Condition),
			).toBe(true);
		}
	});
});
