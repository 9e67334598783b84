import { limits } from '@footfall/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const startMs = 1_700_000_000_000;

let wireEvent: typeof import('./wire-event.js').wireEvent;
beforeEach(async () => {
	vi.useFakeTimers({ now: startMs, toFake: ['Date', 'performance'] });
	// Other files have run the clock, to which this time would be one that was set back.
	vi.resetModules();
	({ wireEvent } = await import('./wire-event.js'));
});
afterEach(() => {
	vi.useRealTimers();
});

describe('wireEvent', () => {
	const wire = (fields: object, sample = 1) => wireEvent({ name: 'n', ...fields }, sample);

	it('leaves out trailing elements that have their default, and no other elements', () => {
		expect(wire({})).toEqual([0, startMs, 0, 'n']);
		expect(wire({ objId: 'x' })).toEqual([0, startMs, 0, 'n', '', 'x']);
		expect(wire({ obj: 'o', currency: 'EUR', props: {} })).toEqual([0, startMs, 0, 'n', 'o', '', 0, 0, 'EUR']);
		expect(wire({ props: { a: 0 } })).toEqual([0, startMs, 0, 'n', '', '', 0, 0, '', { a: '0' }]);
		expect(wire({}, 0.5)).toEqual([0, startMs, 0, 'n', '', '', 0, 0, '', { sample: '0.5' }]);
	});

	it('puts fields that are no elements into the details, as they are named', () => {
		const items = [{ item_id: 'A', price: 9.5 }];
		const given = { obj: 'o', transaction_id: 'T', tax: 1.5, items, props: { a: 'b' }, amount: 9 };
		expect(wire(given)).toEqual([
			{ transaction_id: 'T', tax: 1.5, items },
			...[startMs, 0, 'n', 'o', '', 0, 9, '', { a: 'b' }],
		]);
	});

	it.each([
		['SKU-1', { productId: 'SKU-1' }, 0],
		['007', { productId: '007' }, 7],
		['9007199254740993', { productId: '9007199254740993' }, 0],
		['7', 0, 7],
		[7, 0, 7],
		[4_006_381_333_931, 0, 4_006_381_333_931],
		[1.7, 0, 1],
		[-1, 0, 0],
		['', 0, 0],
		[null, 0, 0],
		[Number.NaN, 0, 0],
	])('has the product id %j as its element, or as text in the details', (productId, details, element) => {
		const [given, , , , , , number = 0] = wire({ productId });
		expect([given, number]).toEqual([details, element]);
	});

	it.each([
		[-20, '-20'],
		['-0.00001', '-0.00001'],
		[Number.NaN, 'NaN'],
		[Number.NEGATIVE_INFINITY, '-Infinity'],
		[limits.amountMax + 1, '10000000000001'],
		['12,50', '12,50'],
		[-1n, '-1'],
		[{}, '[object Object]'],
		[[1, 2], '1,2'],
		[new Date(Number.NaN), 'Invalid Date'],
	])('keeps %s, which is no amount, in the details: a refund of 0 is one of everything', (amount, kept) => {
		const [details, ...event] = wire({ name: 'refund', orderId: 'T', amount });
		expect([details, ...event]).toEqual([{ orderId: 'T', amount: kept }, startMs, 0, 'refund']);
	});

	it.each([
		[undefined, 0],
		[null, 0],
		['', 0],
		[' ', 0],
		[0, 0],
		[-0, 0],
		['12.50', 12.5],
		[1n, 1],
		[true, 1],
		[limits.amountMax, limits.amountMax],
	])('has the amount %s as its element alone', (amount, element) => {
		const [details, , , , , , , number = 0] = wire({ amount });
		expect([details, number]).toEqual([0, element]);
	});
});
