import { decodeBatch } from '@footfall/protocol/decode';
import { describe, expect, it } from 'vitest';
import { checkSchema, type JsonEvent } from './json-event.js';
import { framesOf } from './json-frames.js';
import { readFields } from './read-fields.js';

const common = { dt: '2026-01-31T12:00:00Z', user_id: 42, url: 'https://shop.example/cart' };
const item = { item_id: 'SKU-1', item_name: 'Shoe', item_category: 'Shoes', item_variant: '42', price: 9, quantity: 2 };

/** The event as a collector stores it, with the names of the fields that it does not store. */
function stored(event: object) {
	const { value, unknown } = readFields({ ...common, ...event });
	const checked = checkSchema(value);
	if (!checked.ok) return { faults: checked.faults.map(({ field }) => field), unknown };
	const [frame] = framesOf([checked.event as JsonEvent], { site: 'shop', visitorSecret: 'a secret of the test' });
	const batch = decodeBatch(frame?.bytes as Uint8Array);
	if (!batch.ok) throw new Error(batch.detail);
	return { event: batch.batch.events[0], unknown };
}

describe('JSON with the names of other tools', () => {
	const named = { productId: 'SKU-1', name: 'Shoe', category: 'Shoes', variant: '42', price: 9, quantity: 2 };

	it('takes an order of Google Analytics 4, which has no object', () => {
		const given = { transaction_id: 'T-1', value: 99, currency: 'eur', tax: 9, items: [item], affiliation: 'x' };
		expect(stored({ name: 'purchase', ...given })).toMatchObject({
			event: {
				name: 'order',
				obj: '',
				amount: 99,
				currency: 'EUR',
				details: { orderId: 'T-1', tax: 9, items: [named] },
			},
			unknown: ['affiliation'],
		});
	});

	it('takes an order of Segment, and lists no other name of a field that was read', () => {
		const given = { checkout_id: 'c', order_id: 'T-1', total: 99, revenue: 90, currency: 'EUR', products: [item] };
		expect(stored({ name: 'Order Completed', ...given })).toMatchObject({
			event: { name: 'order', amount: 99, details: { orderId: 'T-1', items: [named] } },
			unknown: [],
		});
	});

	it('takes the first product of what is viewed or added, also with an id that is text', () => {
		expect(stored({ name: 'add_to_cart', items: [item, { item_id: 'B' }] })).toMatchObject({
			event: { name: 'click', obj: 'button', objId: 'add_to_cart', amount: 9, details: { productId: 'SKU-1' } },
		});
		expect(stored({ name: 'Product Viewed', product_id: 7, price: 5 })).toMatchObject({
			event: { name: 'view', obj: 'product', objId: 'product', productId: 7, amount: 5 },
		});
	});

	it("leaves a site's own events, and says that the fields of other tools are not stored", () => {
		const given = { name: 'purchase', obj: 'button', value: 'much', amount: 5 };
		expect(stored(given)).toMatchObject({ event: { name: 'purchase', obj: 'button', amount: 5 }, unknown: ['value'] });
		expect(stored({ name: 'search', obj: 'field', total: 7 })).toMatchObject({ unknown: ['total'] });
	});

	it('refuses what is wrong by the name of the field in JSON', () => {
		const given = {
			name: 'purchase',
			transaction_id: 'T-1',
			value: -1,
			items: [{ item_id: 'x'.repeat(65), price: '9' }],
		};
		expect(stored(given)).toMatchObject({ faults: ['items.0.product_id', 'items.0.price'] });
		expect(stored({ name: 'purchase', transaction_id: 'T-1', value: -1 })).toMatchObject({
			faults: ['currency', 'amount'],
		});
		const many = Array.from({ length: 101 }, () => item);
		expect(stored({ name: 'Order Completed', order_id: 'T-1', obj: '', currency: 'EUR', items: many })).toMatchObject({
			faults: ['items'],
		});
	});
});

it('takes the names of fields in camelCase', () => {
	const given = { name: 'view', obj: 'page', objId: 'product', productId: 'SKU-1', viewportWidth: 800, userId: 43 };
	expect(stored(given)).toMatchObject({
		event: { objId: 'product', details: { productId: 'SKU-1' } },
		unknown: ['userId'],
	});
	expect(stored({ name: 'order', orderId: 'T-1', refundId: 'r', currency: 'EUR' })).toMatchObject({
		event: { obj: '', details: { orderId: 'T-1', refundId: 'r' } },
	});
});
