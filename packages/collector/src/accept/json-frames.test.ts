import { limits } from '@footfall/protocol';
import { decodeBatch } from '@footfall/protocol/decode';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEvent, type JsonEvent, jsonEvent } from './json-event.js';
import { framesOf } from './json-frames.js';

// Strings of all kinds, lone surrogates included, of which many are as long as a field may be.
const text = (max: number) => fc.string({ unit: 'binary', maxLength: max, size: 'max' });
const bytes = (max: number) => text(max).filter((value) => Buffer.byteLength(value) <= max);
const integer = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, -0, Number.MAX_SAFE_INTEGER));
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
	),
);
const anyEvent = fc.record(
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
		event_id: fc.uuid(),
		site: bytes(limits.siteBytesMax),
	},
	{ requiredKeys: ['dt', 'name', 'user_id', 'url', 'obj'] },
);
/** A field may also be missing, or anything at all. */
const spoiled = fc
	.tuple(anyEvent, fc.constantFrom(...Object.keys(jsonEvent.shape)), fc.anything())
	.map(([event, field, value]) => ({ ...event, [field]: value }));

describe('JSON events', () => {
	it('are judged by the compiled schema as by the schema, and read as the same', () => {
		fc.assert(
			fc.property(fc.oneof(anyEvent, spoiled, fc.anything()), (value) => {
				const checked = checkEvent(value);
				const { success, data } = jsonEvent.safeParse(value);
				expect(checked.ok).toBe(success);
				if (checked.ok) expect(checked.event).toEqual(data);
			}),
		);
	});

	it('become frames that the decoder takes, each event once', () => {
		const lists = fc.array(fc.oneof({ weight: 9, arbitrary: anyEvent }, spoiled), { minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(lists, (values) => {
				const events = values.map(checkEvent).flatMap((checked) => (checked.ok ? [checked.event] : []));
				const batches = framesOf(events, 'shop').map(({ bytes: frame, events: count }) => {
					const decoded = decodeBatch(frame);
					if (!decoded.ok) throw new Error(decoded.detail);
					expect(decoded.batch.events.length).toBe(count);
					return decoded.batch;
				});
				const names = batches.flatMap((batch) => batch.events.map((event) => `${batch.visitor} ${event.name}`));
				const expected = events.map(({ user_id, name }: JsonEvent) => `${user_id} ${name.toWellFormed()}`);
				expect(names.sort()).toEqual(expected.sort());
			}),
		);
	});
});
