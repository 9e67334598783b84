import { limits } from '@footfall/protocol';
import fc from 'fast-check';

// Strings of all kinds, lone surrogates included. Many are as long as a field may be.
const text = (max: number) => fc.string({ unit: 'binary', maxLength: max, size: 'max' });
const bytes = (max: number) => text(max).filter((value) => Buffer.byteLength(value) <= max);
const integer = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, -0, Number.MAX_SAFE_INTEGER));
const pixels = fc.integer({ min: 0, max: limits.pixelsMax });
const stringMap = fc.dictionary(bytes(limits.mapKeyBytesMax), bytes(limits.mapValueBytesMax), { maxKeys: 8 });
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
/** JSON events that the endpoint accepts, at the edges of the limits. */
export const anyEvent = fc.record(
	{
		dt: moment,
		name: bytes(limits.nameBytesMax).map((value) => value || 'n'),
		user_id: integer,
		url: fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.constant(' https://ä.example/ü ')),
		obj: bytes(limits.objBytesMax),
		obj_id: bytes(limits.objIdBytesMax),
		product_id: integer,
		amount: fc.oneof(fc.double({ min: 0, max: limits.amountMax, noNaN: true }), fc.constant(-0)),
		currency: bytes(limits.currencyBytesMax),
		exp: stringMap,
		props: stringMap,
		title: bytes(limits.titleBytesMax),
		referrer: bytes(limits.urlBytesMax),
		viewport_width: pixels,
		viewport_height: pixels,
		screen_width: pixels,
		screen_height: pixels,
		language: bytes(limits.languageBytesMax),
		timezone: bytes(limits.timezoneBytesMax),
		event_id: fc.uuid(),
		site: bytes(limits.siteBytesMax),
	},
	{ requiredKeys: ['dt', 'name', 'user_id', 'url', 'obj'] },
);
