import { describe, expect, it } from 'vitest';
import { type Delivered, isComplete, tally } from './tally.js';

const revenue = new Map([
	['GBP', 5_000n],
	['EUR', 1_100_001n],
]);
const sent = { ids: new Set(['a', 'b', 'c']), notKept: 0, revenue };
const whole: Delivered = { rawIds: ['c', 'a', 'b'], sessionEvents: 3, userDayEvents: 3, revenue };

describe('tally', () => {
	it('finds no loss and no duplicate if every table contains every event once', () => {
		expect(tally(sent, 3, whole)).toEqual({
			sent: 3,
			acked: 3,
			raw: 3,
			marts: 3,
			lost: 0,
			duplicated: 0,
			revenue: { EUR: '110.0001', GBP: '0.50' },
			revenueSent: { EUR: '110.0001', GBP: '0.50' },
			eventToMartMs: null,
		});
	});

	it('counts an event missing from raw as lost', () => {
		const delivered = { rawIds: ['a', 'b'], sessionEvents: 2, userDayEvents: 2, revenue };
		expect(tally(sent, 2, delivered)).toMatchObject({ raw: 2, lost: 1, duplicated: 0 });
	});

	it('counts an event that its page did not keep as lost', () => {
		expect(tally({ ...sent, notKept: 2 }, 3, whole)).toMatchObject({ raw: 3, lost: 2, duplicated: 0 });
	});

	it('counts an event missing from either mart as lost', () => {
		expect(tally(sent, 3, { ...whole, sessionEvents: 2 })).toMatchObject({
			lost: 1,
			duplicated: 0,
		});
		expect(tally(sent, 3, { ...whole, userDayEvents: 1 })).toMatchObject({
			lost: 2,
			duplicated: 0,
		});
	});

	it('counts an event that occurs twice in raw or in a mart as duplicated', () => {
		const twice = { rawIds: ['a', 'a', 'b', 'c'], sessionEvents: 4, userDayEvents: 4, revenue };
		expect(tally(sent, 3, twice)).toMatchObject({ raw: 3, lost: 0, duplicated: 2 });
	});

	it('counts a loss and a duplicate if an unknown event replaces a sent one', () => {
		expect(tally(sent, 3, { ...whole, rawIds: ['a', 'b', 'x'] })).toMatchObject({ lost: 1, duplicated: 1 });
	});

	it('is complete only if the marts have the money that was sent, in each currency', () => {
		const withRevenue = (...sums: [string, bigint][]) => tally(sent, 3, { ...whole, revenue: new Map(sums) });
		expect(isComplete(tally(sent, 3, whole))).toBe(true);
		expect(isComplete(withRevenue(['EUR', 1_100_001n], ['GBP', 5_000n]))).toBe(true);
		expect(isComplete(withRevenue(['EUR', 1_100_000n], ['GBP', 5_000n]))).toBe(false);
		expect(isComplete(withRevenue(['EUR', 1_105_001n]))).toBe(false);
		expect(isComplete(withRevenue(['EUR', 5_000n], ['GBP', 1_100_001n]))).toBe(false);
		expect(isComplete(tally({ ...sent, notKept: 1 }, 3, whole))).toBe(false);
		expect(isComplete(tally(sent, 3, { ...whole, userDayEvents: 4 }))).toBe(false);
	});
});
