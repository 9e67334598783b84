import { hashedVisitor } from '@footfall/warehouse/event-visitor';
import { describe, expect, it } from 'vitest';
import { checkSchema } from '../json-event.js';
import { readFields } from '../read-fields.js';
import { segmentEvent } from './segment-event.js';

const context = { site: 'shop', visitorSecret: 'secret', url: 'https://shop.example/', nowMs: 1_769_860_800_000 };
const eventOf = (message: object, call: 'track' | 'page' = 'track') => segmentEvent(message, call, context) as object;

describe('a message of Segment', () => {
	it('becomes an event with its user, visitor, time, page, person and campaign', () => {
		const sent = {
			ip: '198.51.100.7',
			userAgent: 'Mozilla/5.0',
			locale: 'de-DE',
			timezone: 'Europe/Berlin',
			page: { url: 'https://shop.example/a?utm_source=own', title: 'A', referrer: 'https://search.example/' },
			campaign: { source: 'mail', medium: 'email', name: 'spring' },
			screen: { width: 1920, height: '1080' },
		};
		const ids = { messageId: 'm-1', userId: 'ada', anonymousId: 'anon', timestamp: '2026-01-31T12:00:00Z' };
		expect(eventOf({ type: 'track', event: 'Signed Up', ...ids, context: sent })).toMatchObject({
			name: 'Signed Up',
			event_id: 'm-1',
			user_id: 'ada',
			visitor_id: hashedVisitor('secret', 'anonymous', 'shop', 'anon'),
			dt: '2026-01-31T12:00:00Z',
			ip: '198.51.100.7',
			user_agent: 'Mozilla/5.0',
			language: 'de-DE',
			timezone: 'Europe/Berlin',
			url: 'https://shop.example/a?utm_source=own&utm_medium=email&utm_campaign=spring',
			title: 'A',
			screen_width: 1920,
			screen_height: 1080,
		});
	});

	it('has fields of its properties of products and money, and the others as properties', () => {
		const products = [{ sku: 'SKU-1', name: 'Shoe', price: '9.50', quantity: 2 }, 'none'];
		const money = { order_id: 1001, revenue: 19, tax: 3, currency: 'EUR', coupon: 'SPRING', products };
		expect(
			eventOf({ event: 'Order Completed', properties: { ...money, plan: { seats: 3 }, ok: true, no: null } }),
		).toMatchObject({
			name: 'Order Completed',
			order_id: '1001',
			amount: 19,
			tax: 3,
			currency: 'EUR',
			items: [{ product_id: 'SKU-1', name: 'Shoe', price: 9.5, quantity: 2 }, {}],
			props: { plan: '{"seats":3}', ok: 'true' },
		});
	});

	it('has the fields of an event under the names of the tool that its name is of', () => {
		const item = { item_id: 'SKU-1', item_name: 'Shoe', item_category: 'Shoes', item_variant: '42', price: 9.5 };
		const product = { product_id: 'SKU-1', name: 'Shoe', category: 'Shoes', variant: '42', price: 9.5 };
		expect(
			eventOf({ event: 'purchase', properties: { transaction_id: 'T-1', value: 19, items: [item], page: 'x' } }),
		).toMatchObject({ name: 'purchase', order_id: 'T-1', amount: 19, items: [product], props: { page: 'x' } });
		// The amount of an order is its total; the revenue stays a property.
		expect(
			eventOf({ event: 'Order Completed', properties: { checkout_id: 'c', total: 25, revenue: 19 } }),
		).toMatchObject({ checkout_id: 'c', amount: 25, props: { revenue: '19' } });
		expect(eventOf({ event: 'search', properties: { transaction_id: 'T', value: 7, items: 3 } })).toMatchObject({
			amount: 7,
			items: undefined,
			props: { transaction_id: 'T', items: '3' },
		});
		expect(eventOf({ event: 'search', properties: { value: 7 } })).not.toHaveProperty('props.value');
	});

	it.each([
		['Order Refunded', { order_id: 'T', total: '-12.5' }, -12.5],
		['Order Refunded', { order_id: 'T', total: 'x' }, 'x'],
		['Order Refunded', { order_id: 'T', total: '12,50' }, '12,50'],
		['Order Completed', { order_id: 'T', total: -5 }, -5],
		['purchase', { transaction_id: 'T', value: true }, true],
		['order', { order_id: 'T', amount: 1e14 }, 1e14],
	])('keeps the amount of %s %j, which is money', (event, properties, amount) => {
		expect(eventOf({ event, properties })).toHaveProperty('props', {});
		expect((eventOf({ event, properties }) as { amount?: unknown }).amount).toBe(amount);
	});

	it('tells in words of an amount that is none', () => {
		const faultsOf = (event: string, total: unknown) => {
			const properties = { order_id: 'T', total, currency: 'EUR' };
			const checked = checkSchema(readFields(eventOf({ event, userId: 'ada', messageId: 'm', properties })).value);
			return checked.ok ? [] : checked.faults.map(({ field }) => field);
		};
		expect(faultsOf('Order Refunded', '-12.5')).toEqual([]);
		expect(faultsOf('Order Refunded', 'x')).toEqual(['amount']);
		expect(faultsOf('Order Completed', -5)).toEqual(['amount']);
	});

	it('is not refused for a quantity that no item can have', () => {
		const quantities = [2 ** 32, 2 ** 32 - 1, -1, 0.5, '3'].map((quantity) => ({ quantity }));
		const { items } = eventOf({ event: 'Order Completed', properties: { products: quantities } }) as {
			items: { quantity?: number }[];
		};
		expect(items.map(({ quantity }) => quantity)).toEqual([undefined, 2 ** 32 - 1, undefined, undefined, 3]);
	});

	it('names no field that the sender did not send', () => {
		expect(readFields(eventOf({ event: 'a', userId: 'ada', properties: {} })).unknown).toEqual([]);
	});

	it('is a view, or names the facts of a user', () => {
		const page = { url: 'https://shop.example/b', title: 'B', section: 'x' };
		expect(eventOf({ anonymousId: '7', name: 'Home', properties: page }, 'page')).toMatchObject({
			name: 'view',
			obj: 'page',
			obj_id: 'Home',
			visitor_id: 7,
			url: 'https://shop.example/b',
			title: 'B',
			props: { section: 'x' },
		});
		expect(eventOf({ type: 'identify', userId: 'ada', traits: { plan: 'free' } })).toMatchObject({
			name: 'identify',
			props: { plan: 'free' },
		});
	});

	it('is valid without a value that no field can hold', () => {
		const text = 'ä'.repeat(2_000);
		const properties = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`p${n}`, text]));
		const sent = { ip: 'x', userAgent: text, page: { url: '/a', title: text }, locale: text, screen: { width: -1 } };
		const message = { event: 'a', userId: 'ada', messageId: 'm', context: sent };
		const odd = {
			revenue: -1,
			total: 'x',
			currency: text,
			order_id: text,
			products: [{ product_id: text, price: {} }],
		};
		expect(checkSchema(eventOf({ ...message, properties: { ...properties, ...odd } }))).toMatchObject({
			ok: true,
			event: { url: context.url, dt: context.nowMs },
		});
		for (const each of [{}, { type: 'alias', userId: 'a' }, { event: 'a' }, { event: 7, userId: 'a' }])
			expect(checkSchema(eventOf(each)).ok).toBe(false);
		for (const each of [null, 7, 'x', []]) expect(segmentEvent(each, 'track', context)).toBe(each);
	});
});
