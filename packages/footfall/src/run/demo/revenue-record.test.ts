import { describe, expect, it } from 'vitest';
import { type MoneyEvent, RevenueRecord } from './revenue-record.js';

const order: MoneyEvent = { name: 'order', visitor: 1, orderId: 'a', refundId: '', amount: 0.1, currency: 'EUR' };
const sumsOf = (...events: Partial<MoneyEvent>[]) => {
	const record = new RevenueRecord();
	for (const event of events) record.add({ ...order, ...event });
	return [...record.sums((visitor) => visitor < 9)];
};

describe('RevenueRecord', () => {
	it('counts an order once by its id, exactly, and never adds currencies', () => {
		expect(sumsOf({}, {}, { orderId: 'b', amount: 0.2 }, { orderId: 'c', amount: 10.0001, currency: 'GBP' })).toEqual([
			['EUR', 3_000n],
			['GBP', 100_001n],
		]);
	});

	it('subtracts a refund once by its id, in any order, and never more than the order', () => {
		const refund = { name: 'refund', refundId: 'r', amount: 0.04 } as const;
		expect(sumsOf(refund, {}, refund)).toEqual([['EUR', 600n]]);
		expect(sumsOf({}, refund, { ...refund, refundId: 's' })).toEqual([['EUR', 200n]]);
		expect(sumsOf({}, refund, { ...refund, refundId: 's', amount: 5 })).toEqual([['EUR', 0n]]);
	});

	it('leaves out the orders of others', () => {
		expect(sumsOf({ visitor: 9 }, { name: 'refund', orderId: 'unknown' })).toEqual([]);
	});
});
