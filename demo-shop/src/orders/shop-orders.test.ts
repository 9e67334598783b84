import { describe, expect, it } from 'vitest';
import { repeatsOf } from './server-reports.js';
import { ShopOrders } from './shop-orders.js';

const form = (order: string) => new URLSearchParams({ order, cart: '{"2":1}', visitor: '7' }).toString();

/** The orders of a shop, and what its server tells of them. */
function shopOrders() {
	const told: unknown[] = [];
	const tell = (name: string) => (fields: object) => told.push([name, fields]);
	return { told, orders: new ShopOrders({ order: tell('order'), refund: tell('refund') }) };
}

describe("the shop's server", () => {
	it('tells of an order once, also after a double click, and of its refund once', () => {
		const { told, orders } = shopOrders();
		orders.place(form('SP-0000000001'), 'Mozilla/5.0');
		orders.place(form('SP-0000000001'), 'Mozilla/5.0');
		orders.takeBack('order=SP-0000000001');
		orders.takeBack('order=SP-0000000001');
		const common = { orderId: 'SP-0000000001', visitorId: 7, amount: 10, currency: 'EUR' };
		expect(told).toEqual([
			['order', expect.objectContaining({ ...common, userAgent: 'Mozilla/5.0' })],
			['refund', { ...common, refundId: 'R-SP-0000000001' }],
		]);
	});

	it('tells nothing of what it has not sold, or has forgotten', () => {
		const { told, orders } = shopOrders();
		orders.takeBack('order=SP-0000000001');
		orders.takeBack('');
		orders.place('', undefined);
		expect(told).toEqual([]);
		for (let i = 0; i <= 1_000; i++) orders.place(form(`SP-${String(i).padStart(10, '0')}`), undefined);
		orders.takeBack('order=SP-0000000000');
		expect(told).toHaveLength(1_001);
		orders.takeBack('order=SP-0000000001');
		expect(told).toHaveLength(1_002);
	});

	it('tells of about half of the orders again', () => {
		const counts = [0, 1, 3].map(
			(repeats) =>
				Array.from({ length: 400 }, (_, i) => repeatsOf(`SP-${i}`)).filter((each) => each === repeats).length,
		);
		expect(counts.reduce((sum, count) => sum + count)).toBe(400);
		for (const count of counts) expect(count).toBeGreaterThan(60);
	});
});
