import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RowRange } from './block/event-block.js';
import { insertAround } from './insert-around.js';

const segment = fc.integer({ min: 1, max: 3_000 }).chain((rows) =>
	fc.record({
		rows: fc.constant(rows),
		bad: fc.uniqueArray(fc.integer({ min: 0, max: rows - 1 }), { minLength: 1, maxLength: 10 }),
	}),
);

it('insertAround stores every valid row once and quarantines every rejected one, in few inserts', () =>
	fc.assert(
		fc.asyncProperty(segment, async ({ rows, bad }) => {
			const stored: number[] = [];
			const quarantined: number[] = [];
			let inserts = 0;
			const isolated = await insertAround(rows, 'bad rows', {
				quarantinedMax: 10,
				async insert({ from, to }: RowRange) {
					inserts++;
					if (bad.some((row) => row >= from && row < to)) return { stored: false, reason: 'bad rows' };
					for (let row = from; row < to; row++) stored.push(row);
					return { stored: true };
				},
				async quarantine({ from, to }: RowRange, reason) {
					expect([to - from, reason]).toEqual([1, 'bad rows']);
					quarantined.push(from);
				},
			});
			const good = Array.from({ length: rows }, (_, row) => row).filter((row) => !bad.includes(row));
			expect(stored.sort((a, b) => a - b)).toEqual(good);
			expect(quarantined.sort((a, b) => a - b)).toEqual([...bad].sort((a, b) => a - b));
			expect(isolated).toEqual({ stored: good.length, quarantined: bad.length });
			expect(inserts).toBeLessThanOrEqual(2 * bad.length * Math.ceil(Math.log2(rows)));
		}),
	));

it('insertAround gives up if too many rows are rejected', async () => {
	const steps = {
		insert: async () => ({ stored: false as const, reason: '' }),
		quarantine: async () => {},
		quarantinedMax: 3,
	};
	expect(await insertAround(100, '', steps)).toBeUndefined();
});
