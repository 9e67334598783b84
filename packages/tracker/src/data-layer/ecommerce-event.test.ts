import { limits } from '@footfall/protocol';
import { describe, expect, it } from 'vitest';
import { eventNames, fieldNames, itemFieldNames, snakeCase } from '../../../protocol/src/names/index.js';
import { ecommerceEvent, ecommerceEvents, ecommerceFields, ecommerceItemFields, itemsMax } from './ecommerce-event.js';
import { layerNames } from './layer-names.js';

const item = { item_id: 'SKU-1', item_name: 'Shoe', item_category: 'Shoes', item_variant: '42', price: 9, quantity: 2 };
const ecommerce = {
	transaction_id: 'T-1',
	value: 99,
	currency: 'EUR',
	tax: 9,
	shipping: 5,
	coupon: 'SPRING',
	items: [item],
};

/** Returns the element that `gtag(...)` pushes. */
function gtag(..._args: unknown[]): unknown {
	// biome-ignore lint/complexity/noArguments: Google's function pushes this object
	return arguments;
}

describe('the event of an element of a data layer', () => {
	it.each([
		['an object of Google Tag Manager', { event: 'purchase', ecommerce, 'gtm.uniqueEventId': 7 }],
		['the arguments of gtag', gtag('event', 'purchase', ecommerce)],
	])('is read from %s', (_, element) => {
		expect(ecommerceEvent(element)).toEqual(['purchase', ecommerce]);
	});

	it('has text and numbers of known fields only, so none about a person', () => {
		const user_data = { email: 'a@b.example' };
		const given = {
			...ecommerce,
			user_data,
			email: 'a@b.example',
			tax: { valueOf: () => 9 },
			coupon: true,
			items: [{ ...item, user_data, price: [9], email: 'a@b.example' }, null, 'text'],
		};
		const { tax: _tax, coupon: _coupon, ...rest } = ecommerce;
		const { price: _price, ...others } = item;
		const expected = ['purchase', { ...rest, items: [others, {}, {}] }];
		expect(ecommerceEvent({ event: 'purchase', ecommerce: given, user_data, email: 'a@b.example' })).toEqual(expected);
		expect(ecommerceEvent(gtag('event', 'purchase', given))).toEqual(expected);
	});

	it('stays as it was at the push when the objects of the page change', () => {
		const items = [{ ...item }];
		const element = { event: 'add_to_cart', ecommerce: { value: 9, items } };
		const event = ecommerceEvent(element);
		element.ecommerce.value = 0;
		items[0] = { ...item, item_id: 'other' };
		items.push(item);
		expect(event).toEqual(['add_to_cart', { value: 9, items: [item] }]);
	});

	it.each([
		['a push that clears', { ecommerce: null }],
		['an event without ecommerce fields', { event: 'purchase' }],
		['an event whose ecommerce fields are text', { event: 'purchase', ecommerce: 'none' }],
		['an event that the collector does not know', { event: 'view_item_list', ecommerce }],
		['an event of the tag manager', { event: 'gtm.dom' }],
		['an event with the name of a method', { event: 'toString', ecommerce }],
		['another call of gtag', gtag('config', 'purchase', ecommerce)],
		['a call of gtag without fields', gtag('event', 'purchase')],
		['the form of Universal Analytics', { event: 'checkout', ecommerce: { checkout: { products: [] } } }],
		['a function', () => {}],
		['null', null],
		['undefined', undefined],
		['text', 'event'],
		['a symbol', Symbol('event')],
	])('is missing for %s', (_, element) => {
		expect(ecommerceEvent(element)).toBeUndefined();
	});

	it('leaves out what throws, and keeps the rest', () => {
		const fail = () => {
			throw new Error('a getter of the page');
		};
		const hostile = new Proxy({}, { get: fail });
		const given = Object.defineProperties({ ...ecommerce, items: [item, hostile] }, { tax: { get: fail } });
		const { tax: _, ...rest } = ecommerce;
		expect(ecommerceEvent({ event: 'purchase', ecommerce: given })).toEqual([
			'purchase',
			{ ...rest, items: [item, {}] },
		]);
		expect(ecommerceEvent(hostile)).toBeUndefined();
		expect(ecommerceEvent({ event: 'purchase', ecommerce: hostile })).toEqual(['purchase', {}]);
	});

	it('is bounded for cyclic objects and for any number of items', () => {
		const cyclic: Record<string, unknown> = { transaction_id: 'T-1' };
		cyclic.items = [cyclic];
		cyclic.coupon = cyclic;
		expect(ecommerceEvent({ event: 'purchase', ecommerce: cyclic })).toEqual([
			'purchase',
			{ transaction_id: 'T-1', items: [{}] },
		]);
		const [, fields] = ecommerceEvent({ event: 'purchase', ecommerce: { items: Array(1e6).fill(item) } }) ?? [];
		expect(fields?.items).toHaveLength(limits.orderItemsMax);
	});

	it('has the names that the collector knows, and all that Google gives', () => {
		const isOfGoogle = (name: string) => /^[a-z]+(_[a-z]+)*$/.test(name) && name !== 'order';
		expect(new Set(ecommerceEvents)).toEqual(new Set(Object.keys(eventNames).filter(isOfGoogle)));
		const known = (names: object) =>
			Object.entries(names).flatMap(([field, others]) => [field, snakeCase(field), ...others]);
		expect(known(fieldNames)).toEqual(expect.arrayContaining([...ecommerceFields, 'items']));
		expect(known(itemFieldNames)).toEqual(expect.arrayContaining([...ecommerceItemFields]));
		expect(ecommerceItemFields).toHaveLength(Object.keys(itemFieldNames).length);
		expect(itemsMax).toBe(limits.orderItemsMax);
	});
});

describe('the names of data layers', () => {
	it('follow from the words of data-capture', () => {
		expect(layerNames(['view', 'datalayer'])).toEqual(['dataLayer']);
		expect(layerNames(['datalayer:shopLayer', 'click', 'datalayer:'])).toEqual(['shopLayer', 'dataLayer']);
		expect(layerNames(['view', 'datalayers', 'view:datalayer'])).toEqual([]);
	});
});
