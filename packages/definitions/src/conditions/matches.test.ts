import { describe, expect, it } from 'vitest';
import { type Condition, type ConditionEvent, matches } from '../index.js';

const event: ConditionEvent = {
	name: 'view',
	obj: 'page',
	obj_id: '',
	path: '/',
	props: {},
	amount: 0,
	source: 'page',
};
const holds = (condition: Condition, parts: Partial<ConditionEvent>) => matches(condition, { ...event, ...parts });

describe('matches', () => {
	it.each<[string, string, boolean]>([
		['equal', '5', true],
		['equal', '5.0', true],
		['equal', '5.0000001', true],
		['equal', '+5', true],
		['equal', '05', true],
		['equal', '5e0', false],
		['equal', ' 5', false],
		['equal', '', false],
		['less', '4.999999', true],
		['less', '-7', true],
		['less', 'four', false],
		['less', '', false],
		['greater', '5.000001', true],
		['greater', '9'.repeat(21), true],
		['greater', '9'.repeat(22), false],
	])('compares a property by number: %s 5, %j', (op, text, expected) => {
		const is =
			op === 'equal' ? { op: 'equalNumber' as const, numbers: [5] } : { op: op as 'less' | 'greater', number: 5 };
		expect(holds({ kind: 'property', property: 'n', is }, { props: { n: text } })).toBe(expected);
	});

	it('sees an event as the model stg_events does', () => {
		const id = (text: string): Condition => ({ kind: 'objectId', is: { op: 'equal', texts: [text] } });
		expect(holds(id('💣'.repeat(250)), { obj_id: '💣'.repeat(251) })).toBe(true);
		expect(holds(id('x'.repeat(251)), { obj_id: 'x'.repeat(251) })).toBe(false);
		expect(holds({ kind: 'onPage', patterns: [`/${'x'.repeat(499)}`] }, { path: `/${'x'.repeat(900)}` })).toBe(true);
		const free: Condition = { kind: 'amount', is: { op: 'equalNumber', numbers: [0] } };
		expect([1_000_000_000, 1_000_000_001].map((amount) => holds(free, { amount }))).toEqual([false, true]);
	});

	it('tells page views from other events on a page', () => {
		const parts = { name: 'click', obj: 'page', path: '/a' };
		expect(holds({ kind: 'page', patterns: ['/a'] }, parts)).toBe(false);
		expect(holds({ kind: 'onPage', patterns: ['/a'] }, parts)).toBe(true);
		expect(holds({ kind: 'page', patterns: ['/a'] }, { path: '/a', obj: 'product' })).toBe(false);
	});

	it('holds no comparison for a property that is missing', () => {
		const own = (property: string, op: 'contains' | 'starts'): Condition => ({
			kind: 'property',
			property,
			is: { op, text: '' },
		});
		expect(holds(own('a', 'contains'), {})).toBe(false);
		expect(holds(own('toString', 'starts'), {})).toBe(false);
		expect(holds(own('\ud800', 'starts'), { props: { '\ufffd': '' } })).toBe(true);
		expect(holds(own('a', 'contains'), { props: { a: '' } })).toBe(true);
	});
});
