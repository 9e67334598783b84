import { crowdDefaults } from '@footfall/demo-shop/crowd';
import { describe, expect, it } from 'vitest';
import { PresentShopper } from './shoppers.js';

const startMs = Date.UTC(2026, 0, 5, 12);

/** The batches of a shopper in 500 calls. */
function turns(everyMs: number) {
	const shopper = new PresentShopper({ ...crowdDefaults, botShare: 0 }, 0, startMs);
	return Array.from({ length: 500 }, (_, turn) => {
		const nowMs = startMs + turn * everyMs;
		return { nowMs, batches: shopper.next(nowMs) };
	});
}

describe('a simulated shopper', () => {
	it('sends a click immediately, and a view after a second', () => {
		for (const { nowMs, batches } of turns(1_700)) {
			expect(batches.length).toBeGreaterThan(0);
			for (const { sentAtMs, events } of batches) {
				expect(sentAtMs).toBe(nowMs);
				for (const { name, atMs } of events) expect(nowMs - atMs).toBe(name === 'view' ? 1_000 : 0);
			}
		}
	});

	it.each([1_700, 300])('sends each event once and in order, when called every %d ms', (everyMs) => {
		const batches = turns(everyMs).flatMap(({ batches }) => batches);
		const times = batches.flatMap(({ events }) => events.map(({ atMs }) => atMs));
		expect(times).toEqual([...times].sort((a, b) => a - b));
		const ids = batches.map(({ page, sequence }) => `${page.visitor.id} ${page.stream} ${sequence}`);
		expect(new Set(ids).size).toBe(ids.length);
		// The view of a page is first, followed by the click that leaves it, unless it is the last page.
		const sequences = new Map<number, number[]>();
		for (const { page, sequence } of batches)
			sequences.set(page.stream, [...(sequences.get(page.stream) ?? []), sequence]);
		expect(new Set([...sequences.values()].map(String))).toEqual(new Set(['0', '0,1']));
	});
});
