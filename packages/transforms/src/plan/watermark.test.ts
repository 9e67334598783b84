import { describe, expect, it } from 'vitest';
import {
	changeSince,
	newRowsCondition,
	presentRowsCondition,
	type RawPart,
	union,
	type Watermark,
	watermarkOf,
} from './watermark.js';

const part = (name: string, low: number, high: number, more: Partial<RawPart> = {}): RawPart => ({
	name,
	partition: '202601',
	blocks: [low, high],
	mutation: 0,
	rows: 10,
	bytes: 1_000,
	...more,
});
const parts = [part('a', 1, 5), part('b', 6, 6)];
const watermark = watermarkOf(parts);

describe('changeSince', () => {
	it.each<[string, readonly RawPart[], string]>([
		['nothing', parts, 'nothing'],
		['a merge', [part('merged', 1, 6)], 'nothing'],
		['a new block', [...parts, part('c', 7, 7)], 'appended'],
		['a new block, merged already', [part('merged', 1, 7)], 'appended'],
		['a block that comes after a later one', [part('a', 1, 5), part('b', 6, 6), part('c', 9, 9)], 'appended'],
		['a new partition', [...parts, part('d', 1, 1, { partition: '202602' })], 'appended'],
		['a lost block', [part('b', 6, 6)], 'rewritten'],
		['an emptied part', [part('a', 1, 5, { rows: 0 }), part('b', 6, 6)], 'rewritten'],
		['nothing left', [], 'rewritten'],
		['a mutation', [part('a', 1, 5, { mutation: 7 }), part('b', 6, 6)], 'rewritten'],
		['a mutation of a new block', [...parts, part('c', 7, 7, { mutation: 8 })], 'rewritten'],
	])('detects %s', (_, now, kind) => {
		expect(changeSince(watermark, now).kind).toBe(kind);
	});

	it('finds new blocks that were committed out of order', () => {
		const gap: Watermark = watermarkOf([part('a', 1, 3), part('c', 5, 5)]);
		const change = changeSince(gap, [part('a', 1, 3), part('b', 4, 4), part('c', 5, 5)]);
		expect(change).toMatchObject({ kind: 'appended', newParts: [{ name: 'b' }] });
		if (change.kind !== 'appended') return;
		expect(newRowsCondition(gap, change)).toBe(
			"_part NOT IN ('a', 'c') AND ((_partition_id = '202601' AND (_block_number BETWEEN 4 AND 4))) AND NOT ((_partition_id = '202601' AND (_block_number BETWEEN 1 AND 3 OR _block_number BETWEEN 5 AND 5)))",
		);
	});
});

describe('the condition for events of a run', () => {
	it('has the blocks of all parts that have rows, and no later ones', () => {
		const parts = [part('a', 1, 3), part('b', 4, 4), part('c', 6, 9)];
		expect(presentRowsCondition(parts)).toBe(
			"((_partition_id = '202601' AND (_block_number BETWEEN 1 AND 4 OR _block_number BETWEEN 6 AND 9)))",
		);
		expect(presentRowsCondition([])).toBe('(false)');
	});
});

describe('union', () => {
	it('joins intervals that overlap or adjoin', () => {
		expect(
			union([
				[5, 6],
				[1, 2],
				[3, 3],
				[9, 9],
				[6, 7],
			]),
		).toEqual([
			[1, 3],
			[5, 7],
			[9, 9],
		]);
	});
});
