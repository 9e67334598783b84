import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventId, limits } from './index.js';

const part = fc.record({
	visitor: fc.maxSafeNat(),
	stream: fc.maxSafeNat(),
	sequence: fc.integer({ min: 0, max: limits.sequenceMax }),
	index: fc.integer({ min: 0, max: limits.batchEventsMax - 1 }),
});

describe('eventId', () => {
	it('is a UUID of version 8 with the elements of the idempotency key at their positions', () => {
		expect(eventId(0x1_2345, 0x1f_ffff_ffff_ffff, 0xdead_beef, 999)).toBe('01ffffff-ffff-8fff-a345-deadbeef03e7');
		expect(eventId(0, 0, 0, 0)).toBe('00000000-0000-8000-8000-000000000000');
	});

	it('differs whenever stream, sequence or index differ', () => {
		fc.assert(
			fc.property(part, part, (a, b) => {
				const same = a.stream === b.stream && a.sequence === b.sequence && a.index === b.index;
				const ids = [a, b].map((p) => eventId(a.visitor, p.stream, p.sequence, p.index));
				expect(ids[0] === ids[1]).toBe(same);
			}),
		);
	});
});
