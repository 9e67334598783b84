import { describe, expect, it } from 'vitest';
import { placedOrder } from './placed-order.js';

const form = (fields: Record<string, string>) =>
	new URLSearchParams({ order: 'SP-0123456789', cart: '{"1":2,"4":1}', visitor: '7231', ...fields }).toString();

describe('the form of an order', () => {
	it('is an order with the prices of the shop', () => {
		expect(placedOrder(form({ amount: '1', price: '1' }))).toEqual({
			...{ orderId: 'SP-0123456789', visitorId: 7231, amount: 209, currency: 'EUR' },
			items: [
				{ productId: '1', name: 'Pour-over kettle', price: 100, quantity: 2 },
				{ productId: '4', name: 'Cloth filter', price: 9, quantity: 1 },
			],
		});
	});

	it.each(['', 'x', '1e99', '-1', '1.5'])('names no visitor by "%s"', (visitor) => {
		expect(placedOrder(form({ visitor }))).toMatchObject({ visitorId: undefined, amount: 209 });
	});

	it('is no order without an id or a product', () => {
		const carts = ['', '{', 'null', '7', '[]', '{"5":1}', '{"1":0}', '{"1":100}', '{"1":1.5}', '{"1":"2"}'];
		for (const cart of carts) expect(placedOrder(form({ cart })), cart).toBeUndefined();
		for (const order of ['', 'SP-1', "SP-0123456789'", `SP-${'0'.repeat(17)}`])
			expect(placedOrder(form({ order })), order).toBeUndefined();
		expect(placedOrder('')).toBeUndefined();
	});
});
