import { limits } from '@footfall/protocol';
import fc from 'fast-check';

// Strings of all kinds, lone surrogates included. Many are as long as a field may be.
const text = (max: number) => fc.string({ unit: 'binary', maxLength: max, size: 'max' });
const bytes = (max: number) => text(max).filter((value) => Buffer.byteLength(value) <= max);
const integer = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, -0, Number.MAX_SAFE_INTEGER));
const pixels = fc.integer({ min: 0, max: limits.pixelsMax });
const mapOf = <Value>(value: fc.Arbitrary<Value>) => fc.dictionary(bytes(limits.mapKeyBytesMax), value, { maxKeys: 8 });
const stringMap = mapOf(bytes(limits.mapValueBytesMax));
const propertyMap = mapOf(fc.oneof(bytes(limits.mapValueBytesMax), fc.boolean(), fc.double({ noNaN: true }), integer));
const user = fc.oneof(
	integer,
	bytes(limits.userIdBytesMax).filter((value) => value !== ''),
);
const moment = fc.oneof(
	fc
		.date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') })
		.map((at) => at.toISOString()),
	fc.constantFrom(
		'2024-02-29 23:59',
		'0000-01-01T00:00:00+23:59',
		'9999-12-31T23:59:59.999-23:59',
		'2026-01-31 12:00:00',
		'2026-01-31',
		'2026-01-31T12:00:00-0330',
		'1767225600.5',
		1_767_225_600,
		1_767_225_600_123,
	),
);
const money = fc.oneof(fc.double({ min: 0, max: limits.amountMax, noNaN: true }), fc.constant(-0));
const orderItem = fc.record(
	{
		product_id: fc.oneof(text(limits.productIdCharactersMax), integer),
		name: bytes(limits.itemTextBytesMax),
		category: fc.option(bytes(limits.itemTextBytesMax)),
		variant: bytes(limits.itemTextBytesMax),
		price: money,
		quantity: fc.integer({ min: 0, max: limits.quantityMax }),
	},
	{ requiredKeys: [] },
);
/** JSON events that the endpoint accepts, at the edges of the limits. */
export const anyEvent = fc.record(
	{
		dt: moment,
		// The rules of orders and refunds would refuse most of those.
		name: bytes(limits.nameBytesMax).map((value) => (['', 'order', 'refund'].includes(value) ? 'n' : value)),
		user_id: user,
		url: fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.constant(' https://ä.example/ü ')),
		obj: bytes(limits.objBytesMax),
		obj_id: bytes(limits.objIdBytesMax),
		product_id: fc.oneof(text(limits.productIdCharactersMax), integer),
		amount: money,
		currency: bytes(limits.currencyBytesMax),
		order_id: fc.oneof(bytes(limits.orderIdBytesMax), integer),
		refund_id: bytes(limits.refundIdBytesMax),
		tax: money,
		shipping: money,
		discount: money,
		coupon: bytes(limits.couponBytesMax),
		items: fc.array(orderItem, { maxLength: 8 }),
		exp: stringMap,
		props: propertyMap,
		title: bytes(limits.titleBytesMax),
		referrer: bytes(limits.urlBytesMax),
		viewport_width: pixels,
		viewport_height: pixels,
		screen_width: pixels,
		screen_height: pixels,
		language: bytes(limits.languageBytesMax),
		timezone: bytes(limits.timezoneBytesMax),
		event_id: fc.oneof(
			fc.uuid(),
			bytes(256).filter((value) => value !== ''),
		),
		visitor_id: fc.oneof(integer, fc.maxSafeNat().map(String)),
		user_agent: bytes(2_048),
		ip: fc.oneof(fc.ipV4(), fc.ipV6()),
		site: bytes(limits.siteBytesMax),
	},
	{ requiredKeys: ['dt', 'name', 'user_id', 'url', 'obj'] },
);
