import { describe, expect, it } from 'vitest';
import { onlyDayOf, slicesOf } from './visitors.js';

const last = '18446744073709551615';
const short = (ends: readonly string[]) =>
	slicesOf(ends).map(({ range: { from, to }, passes }) => `${from}-${to} x${passes}`);

describe('slices of visitors', () => {
	it('lie between the quantiles, and hold every visitor once', () => {
		expect(short([])).toEqual([`0-${last} x1`]);
		expect(short(['5', '9'])).toEqual(['0-5 x1', '6-9 x1', `10-${last} x1`]);
		expect(short(['0', last])).toEqual(['0-0 x1', `1-${last} x1`]);
	});

	it('give a visitor at several quantiles a slice and passes of its own', () => {
		expect(short(['5', '9', '9', '9', '20'])).toEqual(['0-5 x1', '6-8 x1', '9-9 x4', '10-20 x1', `21-${last} x1`]);
		expect(short(['0', '0'])).toEqual(['0-0 x3', `1-${last} x1`]);
		expect(short([last, last])).toEqual([`0-${BigInt(last) - 1n} x1`, `${last}-${last} x3`]);
	});
});

describe('the only day that a run changes', () => {
	const changes = { days: [7], newDays: [7], reread: 0, repeats: 0 };

	it('is the day of all new events if no other day is recomputed', () => {
		expect(onlyDayOf(changes, undefined)).toBe(7);
		expect(onlyDayOf({ ...changes, days: [] }, undefined)).toBe(7);
	});

	it('is not known without new events, with two days, or with rows that the run may not change', () => {
		const others = [{ days: [6, 7] }, { newDays: [7, 8] }, { newDays: [] }, { reread: 1 }, { repeats: 1 }];
		for (const other of others) expect(onlyDayOf({ ...changes, ...other }, undefined)).toBeUndefined();
		expect(onlyDayOf(changes, 1n)).toBeUndefined();
	});
});
