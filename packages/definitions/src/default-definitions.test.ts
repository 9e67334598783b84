import { describe, expect, it } from 'vitest';
import { type ConditionEvent, conditionSql, defaultDefinitions, matches } from './index.js';

const event = (name: string, obj: string, obj_id: string): ConditionEvent => ({
	name,
	obj,
	obj_id,
	path: '/',
	props: {},
	amount: 0,
	source: 'page',
});

describe('the default definitions', () => {
	it('have the steps of a shop', () => {
		const holding = (one: ConditionEvent) =>
			(defaultDefinitions.funnels[0]?.steps ?? []).map(({ when }) => matches(when, one));
		expect(holding(event('view', 'page', 'product'))).toEqual([true, false, false]);
		expect(holding(event('view', 'product', 'product'))).toEqual([true, false, false]);
		expect(holding(event('view', 'product', 'cart'))).toEqual([false, false, false]);
		expect(holding(event('click', 'button', 'add_to_cart'))).toEqual([false, true, false]);
		expect(holding(event('click', 'button', 'checkout'))).toEqual([false, false, true]);
		expect(holding(event('click', 'link', 'checkout'))).toEqual([false, false, false]);
	});

	it('have readable SQL', () => {
		expect(defaultDefinitions.funnels[0]?.steps.map(({ when }) => conditionSql(when))).toEqual([
			"((name = 'view') AND (obj IN ('page', 'product')) AND (target = 'product'))",
			"((name = 'click') AND (obj = 'button') AND (target = 'add_to_cart'))",
			"((name = 'click') AND (obj = 'button') AND (target = 'checkout'))",
		]);
	});
});
