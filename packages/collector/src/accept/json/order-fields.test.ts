import { decodeBatch } from '@footfall/protocol/decode';
import { describe, expect, it } from 'vitest';
import { checkSchema, type JsonEvent } from './json-event.js';
import { framesOf } from './json-frames.js';

const order = {
	dt: '2026-01-31T12:00:00Z',
	name: 'order',
	user_id: 42,
	url: 'https://shop.example/cart/checkout',
	obj: '',
	amount: 119.95,
	currency: 'EUR',
	order_id: '2026-1001',
};
const refund = { ...order, name: 'refund', amount: 20, refund_id: 'r-1' };

/** The fields of the faults of an event, and their messages. */
function faultsOf(event: object): [string, string][] {
	const checked = checkSchema(event);
	return checked.ok ? [] : checked.faults.map(({ field, message }) => [field, message]);
}

/** The event as a collector decodes it from the frame that is made of it. */
function decoded(event: object) {
	const checked = checkSchema(event);
	if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
	const [frame] = framesOf([checked.event as JsonEvent], { site: 'shop', visitorSecret: '' });
	const batch = decodeBatch(frame?.bytes as Uint8Array);
	if (!batch.ok) throw new Error(batch.detail);
	return batch.batch.events[0];
}

describe('orders and refunds as JSON', () => {
	it('keep their fields in the details of the frame', () => {
		const items = [
			{ product_id: 'SKU-1', name: 'Shoe', category: 'Shoes', variant: '42', price: 99.95, quantity: 2 },
			{ product_id: 7, name: null },
		];
		const fields = { tax: 19.15, shipping: 4.9, discount: 10, coupon: 'SPRING', items };
		const plain = { name: '', category: '', variant: '', price: 0, quantity: 1 };
		const { product_id: productId, ...first } = items[0] as { product_id: string };
		expect(decoded({ ...order, ...fields })).toMatchObject({
			name: 'order',
			amount: 119.95,
			currency: 'EUR',
			details: {
				orderId: '2026-1001',
				tax: 19.15,
				shipping: 4.9,
				discount: 10,
				coupon: 'SPRING',
				refundId: '',
				items: [
					{ productId, ...first },
					{ productId: '7', ...plain },
				],
			},
		});
		expect(decoded({ ...order, name: 'view', order_id: '' })).not.toHaveProperty('details');
	});

	it.each<[given: unknown, number: number, text: string | undefined]>([
		['SKU-1', 0, 'SKU-1'],
		['007', 0, '007'],
		['42', 42, undefined],
		[42, 42, undefined],
		['9007199254740993', 0, '9007199254740993'],
		['0', 0, undefined],
		[-0, 0, undefined],
		[undefined, 0, undefined],
	])('have the product id %j as a number where it is one, and otherwise in the details', (given, number, text) => {
		const event = decoded({ ...order, name: 'view', order_id: '', product_id: given });
		expect([event?.productId, event?.details?.productId]).toEqual([number, text]);
	});

	it('take a number as the id of an order, and a currency in small letters', () => {
		expect(decoded({ ...order, order_id: 1_001, currency: 'eur' })).toMatchObject({
			currency: 'EUR',
			details: { orderId: '1001' },
		});
	});

	it('have their ids and their currency without the blanks around them', () => {
		expect(decoded({ ...refund, order_id: ' 10 01\n', refund_id: '\u00a0r ', currency: ' eur ' })).toMatchObject({
			currency: 'EUR',
			details: { orderId: '10 01', refundId: 'r' },
		});
		expect(faultsOf({ ...order, order_id: '  ' })).toEqual([['order_id', expect.any(String)]]);
	});

	it('never make a refund of everything out of an amount that is too small', () => {
		expect(decoded({ ...refund, amount: -1e-5 })).toMatchObject({ amount: 0.0001, details: { refundId: 'r-1' } });
		expect(decoded({ ...refund, amount: 0 })).toMatchObject({ amount: 0 });
	});

	it('take a refund without an amount, without a currency, and with a negative amount', () => {
		const { amount: _, currency: __, ...without } = refund;
		expect(decoded(without)).toMatchObject({ amount: 0, currency: '', details: { refundId: 'r-1' } });
		expect(decoded({ ...refund, amount: -20 })).toMatchObject({ amount: 20 });
	});

	it('may name neither a user nor a visitor, and are then in a frame of nobody, apart from any user', () => {
		const { user_id: _, ...withoutUser } = order;
		const given = [withoutUser, { ...refund, user_id: undefined }, { ...order, user_id: 'undefined' }];
		const events = given.map((event) => {
			const checked = checkSchema(event);
			return checked.ok ? [checked.event] : [];
		});
		const frames = framesOf(events.flat(), { site: 'shop', visitorSecret: 'a secret of the test' });
		expect(frames.map(({ events, hasVisitor }) => [events, hasVisitor])).toEqual([
			[2, false],
			[1, true],
		]);
		const [nobody, user] = frames.map(({ bytes }) => decodeBatch(bytes));
		expect(nobody).toMatchObject({ ok: true, batch: { visitor: 0, contexts: [{ userId: '' }] } });
		expect(user).toMatchObject({ ok: true, batch: { contexts: [{ userId: 'undefined' }] } });
		expect(user).not.toMatchObject({ batch: { visitor: 0 } });
		// The other faults of such an order are told without one of its user, which it does not need.
		expect(faultsOf({ ...withoutUser, order_id: '' })).toEqual([['order_id', expect.any(String)]]);
		const message = expect.stringMatching(/only an order or a refund of a server needs neither$/);
		for (const name of ['view', 'Order', 'orders', 'click'])
			expect(faultsOf({ ...withoutUser, name })).toEqual([['user_id', message]]);
		expect(faultsOf({ ...withoutUser, name: 7 })).toContainEqual(['user_id', message]);
	});

	const many = (count: number) => Array.from({ length: count }, () => ({ product_id: 'a' }));
	it.each<[string, object, string, string]>([
		['without an id', { ...order, order_id: undefined }, 'order_id', 'must be the id that the shop gave to the order'],
		['with an empty id', { ...order, order_id: '' }, 'order_id', 'must be the id that the shop gave'],
		['without a currency', { ...order, currency: undefined }, 'currency', 'must be a code of ISO 4217, such as EUR'],
		['with a currency that is none', { ...order, currency: 'EUX' }, 'currency', 'must be a code of ISO 4217'],
		['with a negative amount', { ...order, amount: -1 }, 'amount', 'must be 0 or more, except where name is refund'],
		['with an amount that is no number', { ...order, amount: 'NaN' }, 'amount', 'expected number'],
		['with a negative tax', { ...order, tax: -1 }, 'tax', 'expected number to be >=0'],
		['with an id of 129 bytes', { ...order, order_id: 'x'.repeat(129) }, 'order_id', 'must have at most 128 bytes'],
		['with 101 items', { ...order, items: many(101) }, 'items', 'must have at most 100 items'],
		[
			'with a product id of 65 characters',
			{ ...order, items: [{ product_id: 'ü'.repeat(65) }] },
			'items.0.product_id',
			'text of at most 64 characters',
		],
		['with a quantity of a half', { ...order, items: [{ quantity: 0.5 }] }, 'items.0.quantity', 'expected int'],
		['without an id, as a refund', { ...refund, order_id: undefined }, 'order_id', 'must be the id that the shop gave'],
		['with a currency that is none, as a refund', { ...refund, currency: 'X' }, 'currency', 'or missing'],
	])('are refused %s, in words', (_, event, field, message) => {
		expect(faultsOf(event)).toEqual([[field, expect.stringContaining(message)]]);
	});

	it('take the greatest lengths, and a product id of 64 characters of any script', () => {
		const longest = { product_id: '👟'.repeat(64), name: 'n'.repeat(128), category: 'c'.repeat(128), variant: '' };
		expect(faultsOf({ ...order, items: Array.from({ length: 100 }, () => longest) })).toEqual([
			['props', expect.stringContaining('exp, props and items must have at most')],
		]);
		const items = Array.from({ length: 60 }, () => longest);
		expect(decoded({ ...order, items })?.details?.items).toHaveLength(60);
		expect(decoded({ ...order, items: many(100) })?.details?.items).toHaveLength(100);
	});
});
