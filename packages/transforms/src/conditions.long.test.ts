import { type Condition, type ConditionEvent, matches } from '@footfall/definitions';
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

/** Compares conditions in several statements. @returns how often one holds */
async function expectAgreement(conditions: readonly Condition[], events: readonly ConditionEvent[], seed: number) {
	let total = 0;
	for (let i = 0; i < conditions.length; i += conditionsMax) {
		const some = conditions.slice(i, i + conditionsMax);
		const { disagreements, held } = await compareConditions(test.warehouse, some, events);
		expect({ seed, disagreements }).toEqual({ seed, disagreements: [] });
		total += held;
	}
	return total;
}

/** Conditions with a text in every place that has one. The first three hold for events that consist of the text. */
function conditionsWith(text: string): Condition[] {
	return [
		{ kind: 'event', is: { op: 'equal', texts: [text] } },
		{ kind: 'object', is: { op: 'equal', texts: [text, 'other'] } },
		{ kind: 'objectId', is: { op: 'equal', texts: ['other', text] } },
		...(['contains', 'starts', 'ends'] as const).map(
			(op): Condition => ({ kind: 'property', property: 'k', is: { op, text } }),
		),
		{ kind: 'property', property: text, is: { op: 'exists', exists: true } },
		{ kind: 'property', property: text, is: { op: 'equal', texts: [text] } },
		{ kind: 'property', property: text, is: { op: 'less', number: 1e12 } },
		{ kind: 'onPage', patterns: [text, `${text}*`, `**${text}`] },
	];
}

describe('conditions on events', () => {
	it('hold in ClickHouse for the events for which they hold in TypeScript, in many samples', async () => {
		const seed = Date.now();
		const events = fc.sample(arbitraryEvent, { numRuns: 250, seed });
		await insertConditionEvents(test.warehouse, events);
		const conditions = fc.sample(arbitraryCondition, { numRuns: 10_000, seed: seed + 1 });
		expect(await expectAgreement(conditions, events, seed)).toBeGreaterThan(100_000);
	});

	it('take every text as it is, in every place of a condition', async () => {
		const events = hostileTexts.map((text) => ({
			...event,
			name: text,
			obj: text,
			obj_id: text,
			props: { [text]: text, k: text },
		}));
		await insertConditionEvents(test.warehouse, events);
		await expectAgreement(hostileTexts.flatMap(conditionsWith), events, 0);
		const unheld = events.filter((own, i) =>
			conditionsWith(hostileTexts[i] as string)
				.slice(0, 3)
				.some((condition) => !matches(condition, own)),
		);
		expect(unheld).toEqual([]);
	});
});
