import { describe, expect, it } from 'vitest';
import { orderEvent, refundEvent, trackedEvent } from './json-event.js';

const defaults = { site: 'shop', url: 'https://shop.example/' };
const asJson = (event: object) => JSON.parse(JSON.stringify(event));

describe('an event as JSON', () => {
	it('has the fields of the JSON endpoint, and none that are not given', () => {
		const fields = {
			visitorId: '7',
			at: new Date(5_000),
			eventId: 'evt_1',
			props: { plan: 'free', seats: 3, paid: true },
		};
		expect(asJson(trackedEvent('signup', fields, defaults))).toEqual({
			event_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
			site: 'shop',
			dt: 5_000,
			visitor_id: 7,
			url: 'https://shop.example/',
			name: 'signup',
			obj: 'server',
			props: { plan: 'free', seats: '3', paid: 'true' },
		});
	});

	it('has the same id for the same text and another one for another text, and keeps a UUID', () => {
		const idOf = (eventId?: string) => trackedEvent('a', eventId === undefined ? {} : { eventId }, defaults).event_id;
		expect(idOf('evt_1')).toBe(idOf('evt_1'));
		expect(idOf('evt_1')).not.toBe(idOf('evt_2'));
		expect(idOf()).not.toBe(idOf());
		expect(idOf('0192F0C1-2222-7333-8444-555566667777')).toBe('0192f0c1-2222-7333-8444-555566667777');
	});

	it('says an order with its items, and a refund of all of it without an amount', () => {
		const items = [{ productId: 'SKU-1', price: 9.5, quantity: 2 }];
		const order = { orderId: 'A1', amount: 19, currency: 'EUR', tax: 3.03, coupon: 'SPRING', items, userId: 'ann' };
		expect(asJson(orderEvent(order, defaults))).toMatchObject({
			name: 'order',
			order_id: 'A1',
			amount: 19,
			currency: 'EUR',
			tax: 3.03,
			coupon: 'SPRING',
			user_id: 'ann',
			items: [{ product_id: 'SKU-1', price: 9.5, quantity: 2 }],
		});
		// As in a page, an id may be a number, and an item may have none.
		expect(asJson(orderEvent({ ...order, orderId: 1001, items: [{ name: 'Gift' }] }, defaults))).toMatchObject({
			order_id: 1001,
			items: [{ name: 'Gift' }],
		});
		const refund = asJson(refundEvent({ orderId: 'A1', refundId: 'R1' }, defaults));
		expect(refund).toMatchObject({ name: 'refund', order_id: 'A1', refund_id: 'R1' });
		expect(refund).not.toHaveProperty('amount');
	});

	it.each([
		['a name', () => trackedEvent('', {}, defaults)],
		['`amount`', () => trackedEvent('a', { amount: Number.NaN }, defaults)],
		['`visitorId`', () => trackedEvent('a', { visitorId: 'ann' }, defaults)],
		['`at`', () => trackedEvent('a', { at: new Date('never') }, defaults)],
		['`orderId`', () => orderEvent({ orderId: '', amount: 1, currency: 'EUR' }, defaults)],
		['`currency`', () => orderEvent({ orderId: 'A1', amount: 1, currency: '' }, defaults)],
		[
			'`items[0].price`',
			() =>
				orderEvent({ orderId: 'A1', amount: 1, currency: 'EUR', items: [{ productId: 1, price: Infinity }] }, defaults),
		],
		['`orderId`', () => refundEvent({ orderId: '' }, defaults)],
	])('is refused with the name of %s when that has no usable value', (name, make) => {
		expect(make).toThrow(name);
	});
});
