import { describe, expect, it } from 'vitest';
import { detailedEvent } from './detailed-event.js';
import { type Given, namedEvent } from './named-event.js';

const item = { item_id: 'SKU-1', item_name: 'Shoe', item_category: 'Shoes', item_variant: '42', price: 9, quantity: 2 };
const named = { productId: 'SKU-1', name: 'Shoe', category: 'Shoes', variant: '42', price: 9, quantity: 2 };
const order = { name: 'order', fields: { orderId: 'T-1', amount: 99, items: [named] } };
const view = { name: 'view', obj: 'product', objId: 'product' };
const add = { name: 'click', obj: 'button', objId: 'add_to_cart' };
const checkout = { name: 'click', obj: 'button', objId: 'checkout' };

/** The event that a name with fields means, without `readsOtherNames`. */
function meant(name: string, given: Given) {
	const { readsOtherNames: _, ...event } = namedEvent(name, given);
	return event;
}

describe('names of other tools', () => {
	it.each<[string, Given, object]>([
		['purchase', { transaction_id: 'T-1', value: 99, items: [item] }, order],
		['Order Completed', { order_id: 'T-1', total: 99, revenue: 90, products: [item] }, order],
		['Order Completed', { checkout_id: 'T-1', revenue: 99, products: [item] }, order],
		['order', { orderId: 'T-1', amount: 99, items: [item] }, order],
		['order', { order_id: 'T-1', amount: 99, items: [named] }, order],
		['refund', { transaction_id: 'T-1', value: 9 }, { name: 'refund', fields: { orderId: 'T-1', amount: 9 } }],
		['Order Refunded', { order_id: 'T-1', total: 9 }, { name: 'refund', fields: { orderId: 'T-1', amount: 9 } }],
	])('%s %j is an order or a refund', (name, given, expected) => {
		expect(meant(name, given)).toEqual(expected);
	});

	it.each<[string, Given, { name: string }, object]>([
		['view_item', { items: [item] }, view, { productId: 'SKU-1', amount: 9, items: [named] }],
		['view_item', { items: [item], value: 8 }, view, { productId: 'SKU-1', amount: 8, items: [named] }],
		['add_to_cart', { items: [item, { sku: 'B' }] }, add, { amount: 9, items: [named, { productId: 'B' }] }],
		['begin_checkout', { items: [item] }, checkout, { productId: 'SKU-1', items: [named] }],
		['Product Viewed', { product_id: 'P', sku: 'S', price: 9 }, view, { productId: 'P', amount: 9 }],
		['Product Added', { sku: 'S' }, add, { productId: 'S' }],
		['Checkout Started', { checkout_id: 'c-1', value: 30 }, checkout, { amount: 30 }],
	])(
		'%s %j is the event of its first product that the funnel counts',
		(name, given, { name: is, ...object }, fields) => {
			const event = meant(name, given);
			expect(event.name).toBe(is);
			expect(event.fields).toMatchObject({ ...object, ...fields });
			expect(event.fields).not.toHaveProperty('orderId');
		},
	);

	it.each<[string, Given, Given]>([
		['purchase', { value: 99, amount: 5 }, { amount: 5 }],
		['purchase', { order_id: '' }, {}],
		['add_to_cart', { productId: 7, value: 5 }, { productId: 7 }],
		['add_to_cart', { items: [] }, { items: [] }],
		['view_item_list', { items: [item], value: 5 }, { items: [named] }],
		['Product Viewed', { price: 5 }, {}],
		['search', { value: 'shoes', total: 7, transaction_id: 'x' }, {}],
		['constructor', { value: 5 }, {}],
	])("%s %j stays the site's own event", (name, given, fields) => {
		expect(namedEvent(name, given)).toEqual({ name, fields, readsOtherNames: false });
	});

	it("count after Footfall's own, and not where a value is missing", () => {
		const given = { transaction_id: 'T', order_id: '', orderId: null, value: 5, amount: 7, total: undefined };
		expect(meant('purchase', given)).toEqual({ name: 'order', fields: { orderId: 'T', amount: 7 } });
	});

	it('mean the same once they have been read', () => {
		for (const [name, given] of [
			['purchase', { transaction_id: 'T-1', value: 99, items: [item] }],
			['add_to_cart', { items: [item] }],
			['Checkout Started', { checkout_id: 'c', products: [item] }],
		] as const) {
			const once = meant(name, given);
			expect(meant(once.name, once.fields)).toEqual(once);
		}
	});
});

describe('details of an event of a page', () => {
	const core = { name: 'order', obj: '', objId: '', productId: 0, amount: 0, currency: '' };
	const empty = { productId: '', orderId: '', tax: 0, shipping: 0, discount: 0, coupon: '', refundId: '', items: [] };
	const plain = { productId: '', name: '', category: '', variant: '', price: 0, quantity: 1 };

	it('are within the limits, and every field that was changed is counted', () => {
		const items = [{ price: 'x', quantity: 0.5 }, 'none', ...Array.from({ length: 99 }, () => ({ sku: 'a' }))];
		const given = { orderId: 'x'.repeat(129), coupon: true, tax: -1, shipping: Number.NaN, discount: 1e14, items };
		const { details, faults } = detailedEvent(core, given);
		expect(details).toEqual({
			...empty,
			orderId: 'x'.repeat(128),
			items: [plain, ...Array.from({ length: 98 }, () => ({ ...plain, productId: 'a' }))],
		});
		// Those before the items, the 101st item, the one that is none, and the price and the quantity of the first one.
		expect(faults).toBe(5 + 4);
	});

	it('cut texts between characters', () => {
		const given = { orderId: `${'x'.repeat(127)}€`, productId: '👟'.repeat(65), currency: 'EURO-COINS' };
		const { details, currency, faults } = detailedEvent(core, given);
		expect(details).toEqual({ ...empty, orderId: 'x'.repeat(127), productId: '👟'.repeat(64) });
		expect([currency, faults]).toEqual(['EURO-COI', 3]);
	});

	it('take numbers as text, and texts as numbers, as shops send both', () => {
		const given = { orderId: 1_001, amount: '19.95', tax: ' 3 ', items: [{ sku: 7, quantity: '2' }], currency: 'eur' };
		expect(detailedEvent(core, given)).toMatchObject({
			amount: 19.95,
			currency: 'EUR',
			details: { orderId: '1001', tax: 3, items: [{ ...plain, productId: '7', quantity: 2 }] },
			faults: 0,
		});
	});

	it('give a product with a whole number as its id that number', () => {
		const numberOf = (productId: unknown) => detailedEvent({ ...core, name: 'n' }, { productId }).productId;
		expect(['7', 7, '007', 'SKU-1', '9007199254740993', ''].map(numberOf)).toEqual([7, 7, 0, 0, 0, 0]);
	});

	it('count more than the elements of the event, and leave what they do not have', () => {
		const event = { ...core, obj: 'mine', productId: 7, amount: 5, currency: 'EUR' };
		const given = { productId: 'SKU-1', amount: '', currency: 'USD', orderId: 'T' };
		const expected = { obj: 'mine', productId: 0, amount: 5, currency: 'USD', details: { productId: 'SKU-1' } };
		expect(detailedEvent(event, given)).toMatchObject(expected);
	});

	it('ignore the sign of a refund, and of nothing else', () => {
		expect(detailedEvent({ ...core, name: 'refund' }, { orderId: 'T', amount: -20 })).toMatchObject({
			amount: 20,
			faults: 0,
		});
		expect(detailedEvent(core, { orderId: 'T', amount: -20 })).toMatchObject({ amount: 0, faults: 1 });
	});

	it('never make a refund of everything out of an amount that is too small, or cannot be read', () => {
		const refundOf = (amount: unknown) => {
			const { details, ...event } = detailedEvent({ ...core, name: 'refund' }, { orderId: 'T', refundId: 'r', amount });
			return [event.amount, details.orderId, details.refundId];
		};
		for (const none of [undefined, null, '', 0, '0', -0]) expect(refundOf(none)).toEqual([0, 'T', 'r']);
		for (const tiny of [1e-5, '-0.00001', Number.MIN_VALUE]) expect(refundOf(tiny)).toEqual([0.0001, 'T', 'r']);
		for (const unclear of ['12,50', 'x', Number.NaN, Number.POSITIVE_INFINITY, 1e14])
			expect(refundOf(unclear)).toEqual([0, '', '']);
	});

	it('have the ids and the currency of an order without the blanks around them', () => {
		const given = { orderId: ' 10\u00a001\t', refundId: '\n', currency: ' eur ' };
		expect(detailedEvent(core, given)).toMatchObject({
			currency: 'EUR',
			details: { orderId: '10\u00a001', refundId: '' },
			faults: 0,
		});
	});
});
