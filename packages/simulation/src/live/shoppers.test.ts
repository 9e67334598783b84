import { crowdDefaults } from '@footfall/demo-shop/crowd';
import { describe, expect, it } from 'vitest';
import { PresentShopper } from './shoppers.js';

const startMs = Date.UTC(2026, 0, 5, 12);

/** What somebody in one place sends in 500 turns. */
function turns(everyMs: number) {
	const shopper = new PresentShopper({ ...crowdDefaults, botShare: 0 }, 0, startMs);
	return Array.from({ length: 500 }, (_, turn) => {
		const nowMs = startMs + turn * everyMs;
		return { nowMs, batches: shopper.next(nowMs) };
	});
}

describe('a simulated shopper', () => {
	it('sends at once what leads away, and what was seen a second ago', () => {
		for (const { nowMs, batches } of turns(1_700)) {
			expect(batches.length).toBeGreaterThan(0);
			for (const { sentAtMs, events } of batches) {
				expect(sentAtMs).toBe(nowMs);
				for (const { name, atMs } of events) expect(nowMs - atMs).toBe(name === 'view' ? 1_000 : 0);
			}
		}
	});

	it.each([1_700, 300])('does one thing after the other with a turn every %d ms, and each once', (everyMs) => {
		const batches = turns(everyMs).flatMap(({ batches }) => batches);
		const times = batches.flatMap(({ events }) => events.map(({ atMs }) => atMs));
		expect(times).toEqual([...times].sort((a, b) => a - b));
		const ids = batches.map(({ page, sequence }) => `${page.visitor.id} ${page.stream} ${sequence}`);
		expect(new Set(ids).size).toBe(ids.length);
		// Of each page the view comes first, and then, unless it is the last, what leads away.
		const sequences = new Map<number, number[]>();
		for (const { page, sequence } of batches)
			sequences.set(page.stream, [...(sequences.get(page.stream) ?? []), sequence]);
		expect(new Set([...sequences.values()].map(String))).toEqual(new Set(['0', '0,1']));
	});
});
