import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Packr, Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { type Batch, batchHead, checkBatch, decodeBatch, Refusal } from './decode.js';
import {
	type DetailedWireBatch,
	type DetailValue,
	encode,
	encodeSmall,
	limits,
	type WireBatch,
	type WireContext,
	type WireDetail,
	type WireEvent,
	type WireValue,
} from './index.js';
import { detailedByTable } from './testing/detailed-by-table.js';

const oracle = new Unpackr({
	// A number if it holds the integer exactly. The library supports this value, but its types do not.
	int64AsType: 'auto' as 'number',
	useRecords: false,
});
const clientEncoder = new Packr({ useRecords: false, encodeUndefinedAsNil: true });

const text = (bytesMax: number) =>
	fc.string({ unit: 'grapheme', maxLength: 40 }).filter((s) => s.isWellFormed() && Buffer.byteLength(s) <= bytesMax);
const key = text(limits.mapKeyBytesMax).filter((k) => k !== '__proto__');
const map = fc
	.array(fc.tuple(key, text(limits.mapValueBytesMax)), { maxLength: limits.mapEntriesMax })
	.map((entries) => Object.fromEntries(entries));
const integer = (max: number) =>
	fc.oneof(
		fc.integer({ min: 0, max: Math.min(max, 300) }),
		fc.maxSafeNat().map((n) => n % (max + 1)),
		fc.constant(max),
	);

/** Returns a tuple cut after a random number of its optional elements. */
function cut<T extends unknown[]>(tuple: fc.Arbitrary<T>, required: number): fc.Arbitrary<T> {
	return fc
		.tuple(tuple, fc.nat())
		.map(([full, n]) => full.slice(0, required + (n % (full.length - required + 1))) as T);
}

const context = cut<Required<WireContext>>(
	fc.tuple(
		text(limits.urlBytesMax),
		text(limits.titleBytesMax),
		text(limits.urlBytesMax),
		text(limits.userIdBytesMax),
		map,
		integer(limits.pixelsMax),
		integer(limits.pixelsMax),
		integer(limits.pixelsMax),
		integer(limits.pixelsMax),
		text(limits.languageBytesMax),
		text(limits.timezoneBytesMax),
	),
	1,
);
const amount = fc.oneof(
	integer(limits.amountMax),
	fc.double({ min: 0, max: limits.amountMax, noNaN: true }).map((n) => n + 0),
);
const event = (contexts: number) =>
	cut<Required<WireEvent>>(
		fc.tuple(
			integer(limits.ageMsMax),
			fc.integer({ min: 0, max: contexts - 1 }),
			text(limits.nameBytesMax).filter((s) => s !== ''),
			text(limits.objBytesMax),
			text(limits.objIdBytesMax),
			integer(limits.integerMax),
			amount,
			text(limits.currencyBytesMax),
			map,
			fc.uint8Array({ minLength: 16, maxLength: 16 }),
		),
		3,
	);
const batch: fc.Arbitrary<WireBatch> = fc
	.array(context, { minLength: 1, maxLength: 4 })
	.chain((contexts) =>
		fc.tuple(
			fc.constant<1>(1),
			text(limits.siteBytesMax),
			integer(limits.integerMax),
			integer(limits.integerMax),
			integer(limits.sequenceMax),
			integer(limits.integerMax),
			fc.constant(contexts),
			fc.array(event(contexts.length), { minLength: 1, maxLength: 20 }),
		),
	);

const id = fc.string({ unit: 'binary', maxLength: 70 }).filter((s) => s.isWellFormed());
const number = fc.oneof(
	amount,
	fc.constantFrom(-1, 0.5, 1e14, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const scalar: fc.Arbitrary<DetailValue> = fc.oneof(
	id,
	number,
	fc.constantFrom('', '19.95', ' 7 ', '-3.50', '1e3', 'x'.repeat(130), 'ü'.repeat(65)),
);
/** Fields under some of these names, mostly of the types that they should have. */
const fields = (names: readonly string[], value: fc.Arbitrary<DetailValue>) =>
	fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8, noNullPrototype: true });
const item = fields(
	'productId product_id item_id sku name item_name category item_category variant price quantity index'.split(' '),
	scalar,
);
const items: fc.Arbitrary<DetailValue> = fc.oneof(
	{ weight: 20, arbitrary: fc.array(item, { maxLength: 3 }) },
	{ weight: 9, arbitrary: fc.array(fc.oneof(item, scalar), { maxLength: 3 }) },
	{ weight: 1, arbitrary: item.map((each) => Array.from({ length: limits.orderItemsMax + 2 }, () => each)) },
	{ weight: 2, arbitrary: scalar },
);
const detail = (event: number): fc.Arbitrary<WireDetail> =>
	fc
		.tuple(
			fields(
				(
					'orderId order_id transaction_id checkout_id productId product_id sku amount value total price currency tax ' +
					'shipping discount coupon refundId obj obj_id affiliation constructor valueOf'
				).split(' '),
				fc.oneof(scalar, fc.constantFrom([], { a: [1] })),
			),
			fields(['items', 'products'], items),
		)
		.map(([plain, lists]) => [event, { ...plain, ...lists }]);
/** Names with a meaning in any tool. */
const toolName = fc.constantFrom(
	...['order', 'purchase', 'refund', 'view_item', 'add_to_cart', 'begin_checkout', 'view_item_list'],
	...['Order Completed', 'Order Refunded', 'Product Viewed', 'Product Added', 'Checkout Started', 'constructor'],
);
/** Batches of which some events have details. */
const detailed: fc.Arbitrary<DetailedWireBatch> = fc.tuple(batch, toolName).chain(([wire, name]) => {
	const events = wire[7].map(
		([age, ctx, own, ...rest], index) => [age, ctx, index % 3 ? name : own, ...rest] as WireEvent,
	);
	return fc
		.subarray([...events.keys()], { maxLength: Math.min(3, events.length) })
		.chain((indexes) => fc.tuple(...indexes.map(detail)))
		.map(
			(details): DetailedWireBatch => [
				...(wire.slice(0, 7) as [1, string, number, number, number, number, WireContext[]]),
				events,
				details,
			],
		);
});
/** All encodings stay within the limit, which rare random batches of long fields would exceed. */
const isWithinLimit = (wire: Parameters<typeof encode>[0]) =>
	Math.max(encode(wire).length, clientEncoder.pack(wire).length) <= limits.batchBytesMax - 100;
const anyBatch = fc.oneof(batch, detailed).filter(isWithinLimit);

/** Makes maps of objects, as the reading by tables takes them. */
const asMaps = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(asMaps);
	if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
	return new Map(Object.entries(value).map(([name, each]) => [name, asMaps(each)]));
};

function withDetails(event: Batch['events'][number], details: readonly WireDetail[], index: number) {
	const found = details.findLast(([of]) => of === index)?.[1];
	if (found === undefined) return event;
	const { name, obj, objId, productId, amount: price, currency } = event;
	const core = { name, obj, objId, productId, amount: price, currency };
	return { ...event, ...detailedByTable(core, asMaps(found) as Map<string, unknown>) };
}

/** Returns the expected result of the decoder for a tuple. Written independently of the decoder. */
function expected(wire: WireBatch | DetailedWireBatch): Batch {
	const [, site, visitor, stream, sequence, sentAtMs, contexts, events, details = []] = wire;
	return {
		site,
		visitor,
		stream,
		sequence,
		sentAtMs,
		contexts: contexts.map(
			([
				url,
				title = '',
				referrer = '',
				userId = '',
				exp = {},
				vw = 0,
				vh = 0,
				sw = 0,
				sh = 0,
				language = '',
				timezone = '',
			]) => ({
				url,
				title,
				referrer,
				userId,
				exp,
				viewportWidth: vw,
				viewportHeight: vh,
				screenWidth: sw,
				screenHeight: sh,
				language,
				timezone,
			}),
		),
		events: events.map(
			([ageMs, ctx, name, obj = '', objId = '', product = 0, price = 0, currency = '', props = {}, uuid], index) =>
				withDetails(
					{
						ageMs,
						context: ctx,
						name,
						obj,
						objId,
						productId: product,
						amount: price,
						currency,
						props,
						eventId:
							uuid &&
							Buffer.from(uuid)
								.toString('hex')
								.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
					},
					details,
					index,
				),
		),
	};
}

/** A batch without an element in the place of the details that is none. */
const known = (wire: readonly unknown[]) => wire.slice(0, Array.isArray(wire[8]) ? 9 : 8) as WireBatch;

/** Makes values comparable: msgpackr returns bytes as Buffers. */
const plain = (value: unknown): unknown =>
	JSON.parse(JSON.stringify(value, (_, v) => (ArrayBuffer.isView(v) ? [...(v as Uint8Array)] : v)));

describe('encode and decodeBatch', () => {
	// PROTOCOL.md: P4
	it('agree with msgpackr on every output of the encoder', () => {
		fc.assert(
			fc.property(anyBatch, (wire) => {
				const bytes = encode(wire);
				expect(plain(oracle.unpack(bytes))).toEqual(plain(wire));
				expect(decodeBatch(bytes)).toEqual({ ok: true, batch: expected(wire) });
			}),
			{ numRuns: 300 },
		);
	});

	// PROTOCOL.md: P4
	it('agree with msgpackr on every output of the small encoder of pages, which encodes no ids of senders', () => {
		fc.assert(
			fc.property(batch.filter(isWithinLimit), (wire) => {
				const pageBatch = [...wire.slice(0, 7), wire[7].map((event) => event.slice(0, 9))] as WireBatch;
				const bytes = Uint8Array.from(encodeSmall(pageBatch as unknown as WireValue), (char) => char.charCodeAt(0));
				expect(decodeBatch(bytes)).toEqual(decodeBatch(encode(pageBatch)));
				expect(plain(oracle.unpack(bytes))).toEqual(plain(pageBatch));
			}),
			{ numRuns: 300 },
		);
	});

	// PROTOCOL.md: P5
	it('read every batch that msgpackr encodes as the same value', () => {
		fc.assert(
			fc.property(anyBatch, (wire) => {
				expect(decodeBatch(clientEncoder.pack(wire))).toEqual({ ok: true, batch: expected(wire) });
			}),
			{ numRuns: 300 },
		);
	});

	// PROTOCOL.md: P5, P6
	it('refuse flipped, truncated or appended bytes, or read them as msgpackr does, and never throw', () => {
		let accepted = 0;
		let refused = 0;
		const damage = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('flip', 'cut', 'append'));
		fc.assert(
			fc.property(anyBatch, damage, (wire, [at, value, how]) => {
				const whole = encode(wire);
				let bytes = Uint8Array.from(whole);
				if (how === 'flip') bytes[at % bytes.length] = value;
				else if (how === 'cut') bytes = bytes.slice(0, at % bytes.length);
				else bytes = Uint8Array.from([...bytes, value]);
				const decoded = decodeBatch(bytes);
				if (!decoded.ok) {
					refused++;
					expect(decoded.detail).not.toBe('');
					return;
				}
				accepted++;
				expect(decoded.batch).toEqual(expected(known(oracle.unpack(bytes))));
			}),
			{ numRuns: 2_000 },
		);
		expect(accepted).toBeGreaterThan(50);
		expect(refused).toBeGreaterThan(500);
	});

	it('agree on validity: checkBatch accepts exactly the batches that decodeBatch accepts', () => {
		fc.assert(
			fc.property(anyBatch, fc.nat(), fc.option(fc.integer({ min: 0, max: 255 })), (wire, at, value) => {
				const bytes = Uint8Array.from(encode(wire));
				if (value !== null) bytes[at % bytes.length] = value;
				const decoded = decodeBatch(bytes);
				const checked = checkBatch(bytes);
				if (decoded.ok) {
					const { contexts: _, events, ...head } = decoded.batch;
					const hasDetails = events.some(({ details }) => details !== undefined);
					expect(checked).toEqual({ ok: true, head, events: events.length, hasDetails });
				} else {
					expect(checked).toEqual(decoded);
				}
			}),
			{ numRuns: 1_000 },
		);
	});

	it('read a batch with details like one without, apart from the details', () => {
		// Collectors before this element pass it like any other that they do not know; so does this one, one place later.
		fc.assert(
			fc.property(detailed.filter(isWithinLimit), (wire) => {
				const plainBatch = wire.slice(0, 8) as WireBatch;
				const later = [...plainBatch, [], wire[8]] as unknown as WireBatch;
				expect(decodeBatch(encode(later))).toEqual(decodeBatch(encode(plainBatch)));
				expect(encode(wire).subarray(1, encode(plainBatch).length)).toEqual(encode(plainBatch).subarray(1));
			}),
			{ numRuns: 300 },
		);
	});

	it('ignore elements after those they know, at every level', () => {
		const wire = [
			1,
			's',
			1,
			2,
			0,
			3,
			[['u', '', '', '', {}, 0, 0, 0, 0, '', '', ['new', 7]]],
			[[0, 0, 'n', '', '', 0, 0, '', {}, new Uint8Array(16), 'new']],
			[[0, { productId: 'SKU-1', items: [{ sku: 'SKU-2', new: ['new'] }], new: { new: [['new']] } }, 'new']],
			'new',
			9,
		];
		const details = { productId: 'SKU-1', items: [{ productId: 'SKU-2' }] };
		expect(decodeBatch(encode(wire as never))).toMatchObject({
			ok: true,
			batch: { site: 's', events: [{ name: 'n', details }] },
		});
	});

	// PROTOCOL.md: P6
	it('refuse a frame that claims four billion elements without allocating them', () => {
		const claims = [0xdd, 0xff, 0xff, 0xff, 0xff];
		expect(decodeBatch(Uint8Array.from(claims))).toMatchObject({ ok: false, reason: 'malformed' });
		const nested = Uint8Array.from({ length: 61_000 }, () => 0x91);
		expect(decodeBatch(nested)).toMatchObject({ ok: false, reason: 'malformed' });
	});
});

describe('vectors', () => {
	const read = (name: string) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'));
	const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

	for (const { name, wire, hex, decoded } of read('valid')) {
		it(`accepts: ${name}`, () => {
			expect(decodeBatch(fromHex(hex))).toEqual({ ok: true, batch: decoded });
			// Vectors of other encoders have no `wire`, because this encoder would write other bytes.
			if (wire) expect(Buffer.from(encode(wire)).toString('hex')).toBe(hex);
		});
	}
	for (const { name, hex, reason, detail } of read('invalid')) {
		it(`refuses: ${name}`, () => {
			expect(decodeBatch(fromHex(hex))).toMatchObject({ ok: false, reason, detail });
		});
	}
});

describe('the head of a batch', () => {
	const named = { site: 'shop', visitor: 7, stream: 11, sequence: 3, sentAtMs: 1_000 };
	const whole = encode([1, 'shop', 7, 11, 3, 1_000, [['https://shop.example/']], [[0, 0, 'click']]]);

	it('is read even if the rest of the batch is malformed', () => {
		expect(batchHead(whole)).toEqual(named);
		expect(batchHead(whole.subarray(0, whole.length - 3))).toEqual(named);
		expect(batchHead(encode([1, 'shop', 7, 11, 3, 1_000, 'no contexts', 0]))).toEqual(named);
	});

	it('is undefined if the bytes do not begin like a batch', () => {
		expect(batchHead(new Uint8Array(0))).toBeUndefined();
		expect(batchHead(Uint8Array.of(0xc1))).toBeUndefined();
		expect(batchHead(encode([2, 'shop', 7, 11, 3, 1_000, [], []]))).toBeUndefined();
	});
});

it('a refusal records no stack, and other errors still do', () => {
	const { stackTraceLimit } = Error;
	expect(checkBatch(Uint8Array.of(0xc1)).ok).toBe(false);
	expect(Error.stackTraceLimit).toBe(stackTraceLimit);
	expect(new Refusal('malformed', 'x').stack).not.toContain('    at ');
});
