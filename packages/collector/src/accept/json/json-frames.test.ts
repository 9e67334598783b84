import { decodeBatch } from '@footfall/protocol/decode';
import { visitorOfUser } from '@footfall/warehouse/event-visitor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyEvent } from '../../testing/any-event.js';
import { checkSchema, type JsonEvent, jsonEvent } from './json-event.js';
import { framesOf } from './json-frames.js';

/** Each field may also be missing, or have any value. */
const spoiled = fc
	.tuple(anyEvent, fc.constantFrom(...Object.keys(jsonEvent.shape)), fc.anything())
	.map(([event, field, value]) => ({ ...event, [field]: value }));

/** Orders that name neither a visitor nor a user. */
const orderOfNobody = fc
	.record({ event: anyEvent, name: fc.constantFrom('order', 'refund') })
	.map(({ event, name }) => {
		const { user_id: _, visitor_id: __, ...rest } = event;
		return { ...rest, name, order_id: '1001', currency: 'EUR' };
	});

describe('JSON events', () => {
	it('the compiled schema accepts the same JSON events as the schema, with the same result', () => {
		fc.assert(
			fc.property(fc.oneof(anyEvent, spoiled, fc.anything()), (value) => {
				const checked = checkSchema(value);
				const { success, data } = jsonEvent.safeParse(value);
				expect(checked.ok).toBe(success);
				if (checked.ok) expect(checked.event).toEqual(data);
			}),
		);
	});

	it('JSON events become frames that the decoder accepts, each event once', () => {
		const each = fc.oneof({ weight: 9, arbitrary: anyEvent }, { weight: 2, arbitrary: orderOfNobody }, spoiled);
		const lists = fc.array(each, { minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(lists, (values) => {
				const events = values.map(checkSchema).flatMap((checked) => (checked.ok ? [checked.event] : []));
				const context = { site: 'shop', visitorSecret: 'secret' };
				const batches = framesOf(events, context).map(({ bytes: frame, events: count }) => {
					const decoded = decodeBatch(frame);
					if (!decoded.ok) throw new Error(decoded.detail);
					expect(decoded.batch.events.length).toBe(count);
					return decoded.batch;
				});
				const names = batches.flatMap((batch) => batch.events.map((event) => `${batch.visitor} ${event.name}`));
				const visitorOf = ({ visitor_id, user_id, site = 'shop' }: JsonEvent) =>
					visitor_id ?? (user_id === undefined ? 0 : visitorOfUser('secret', site, user_id).visitor);
				const expected = events.map((event) => `${visitorOf(event)} ${event.name.toWellFormed()}`);
				const byText = (a: string, b: string) => (a < b ? -1 : 1);
				expect(names.sort(byText)).toEqual(expected.sort(byText));
			}),
		);
	});
});
