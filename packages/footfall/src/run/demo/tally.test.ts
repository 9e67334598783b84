import { describe, expect, it } from 'vitest';
import { tally } from './tally.js';

const tracked = new Set(['a', 'b', 'c']);

describe('tally', () => {
	it('finds no loss and no duplicate if every table contains every event once', () => {
		const delivered = { rawIds: ['c', 'a', 'b'], sessionEvents: 3, userDayEvents: 3 };
		expect(tally(tracked, 0, 3, delivered)).toEqual({
			sent: 3,
			acked: 3,
			raw: 3,
			marts: 3,
			lost: 0,
			duplicated: 0,
			eventToMartMs: null,
		});
	});

	it('counts an event missing from raw as lost', () => {
		const delivered = { rawIds: ['a', 'b'], sessionEvents: 2, userDayEvents: 2 };
		expect(tally(tracked, 0, 2, delivered)).toMatchObject({ raw: 2, lost: 1, duplicated: 0 });
	});

	it('counts an event that its page did not keep as lost', () => {
		const delivered = { rawIds: ['a', 'b', 'c'], sessionEvents: 3, userDayEvents: 3 };
		expect(tally(tracked, 2, 3, delivered)).toMatchObject({ raw: 3, lost: 2, duplicated: 0 });
	});

	it('counts an event missing from either mart as lost', () => {
		const rawIds = ['a', 'b', 'c'];
		expect(tally(tracked, 0, 3, { rawIds, sessionEvents: 2, userDayEvents: 3 })).toMatchObject({
			lost: 1,
			duplicated: 0,
		});
		expect(tally(tracked, 0, 3, { rawIds, sessionEvents: 3, userDayEvents: 1 })).toMatchObject({
			lost: 2,
			duplicated: 0,
		});
	});

	it('counts an event that occurs twice in raw or in a mart as duplicated', () => {
		const twice = { rawIds: ['a', 'a', 'b', 'c'], sessionEvents: 4, userDayEvents: 4 };
		expect(tally(tracked, 0, 3, twice)).toMatchObject({ raw: 3, lost: 0, duplicated: 2 });
	});

	it('counts a loss and a duplicate if an unknown event replaces a tracked one', () => {
		const swapped = { rawIds: ['a', 'b', 'x'], sessionEvents: 3, userDayEvents: 3 };
		expect(tally(tracked, 0, 3, swapped)).toMatchObject({ lost: 1, duplicated: 1 });
	});
});
