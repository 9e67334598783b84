import { describe, expect, it } from 'vitest';
import { expiredRuns } from './garbage.js';
import { changeSince, type Ledger, ledgerOf, newRowsCondition, type RawPart, union } from './ledger.js';
import { rangesOf, replaceUnits, seenCondition } from './manifest.js';
import { type PublishedRun, planRun } from './plan.js';

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
const ledger = ledgerOf(parts);

const judged = { tests: 't', list: 0n, hashKey: 'k' };

describe('planRun', () => {
	const published: PublishedRun = { run: 100n, models: 'm', judged, kind: 'rebuild', ledger, manifest: {} };

	it('skips only when blocks and models are the same', () => {
		expect(planRun({ published, parts, nowUs: 200n }, 'm')).toMatchObject({ kind: 'skip', why: 'no new events' });
		const more = [...parts, part('c', 7, 7)];
		expect(planRun({ published, parts: more, nowUs: 200n }, 'm')).toMatchObject({ kind: 'incremental', run: 200n });
		expect(planRun({ published, parts, nowUs: 200n }, 'n')).toMatchObject({ kind: 'rebuild', why: 'models changed' });
		const none = { published: undefined, parts, nowUs: 200n };
		expect(planRun(none, 'm')).toMatchObject({ kind: 'rebuild', run: 200n, why: 'first run' });
		expect(planRun({ published, parts, nowUs: 200n }, 'm', { fullRefresh: true })).toMatchObject({ why: 'asked for' });
	});

	it('holds after a rollback, until it is told to go on', () => {
		const held = { ...published, kind: 'rollback' as const };
		const more = [...parts, part('c', 7, 7)];
		expect(planRun({ published: held, parts: more, nowUs: 200n }, 'm')).toMatchObject({ kind: 'skip' });
		const resumed = { ...published, kind: 'resume' as const };
		expect(planRun({ published: resumed, parts: more, nowUs: 200n }, 'm')).toMatchObject({ kind: 'incremental' });
	});

	it('numbers runs upwards when the clock steps back', () => {
		const more = [...parts, part('c', 7, 7)];
		expect(planRun({ published, parts: more, nowUs: 50n }, 'm')).toMatchObject({ run: 101n });
	});
});

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
	])('tells %s', (_, now, kind) => {
		expect(changeSince(ledger, now).kind).toBe(kind);
	});

	it('tells blocks that came out of order from those seen before', () => {
		const gap: Ledger = ledgerOf([part('a', 1, 3), part('c', 5, 5)]);
		const change = changeSince(gap, [part('a', 1, 3), part('b', 4, 4), part('c', 5, 5)]);
		expect(change).toMatchObject({ kind: 'appended', newParts: [{ name: 'b' }] });
		if (change.kind !== 'appended') return;
		expect(newRowsCondition(gap, change)).toBe(
			"_part NOT IN ('a', 'c') AND ((_partition_id = '202601' AND (_block_number BETWEEN 4 AND 4))) AND NOT ((_partition_id = '202601' AND (_block_number BETWEEN 1 AND 3 OR _block_number BETWEEN 5 AND 5)))",
		);
	});
});

describe('union', () => {
	it('joins what overlaps or adjoins', () => {
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

describe('a manifest', () => {
	const base = [{ from: 10, to: 20, run: 1n }];

	it('shows replaced units of the new run and the others of the old one', () => {
		expect(replaceUnits(base, rangesOf([12, 14, 13, 20, 25]), 2n)).toEqual([
			{ from: 10, to: 11, run: 1n },
			{ from: 12, to: 14, run: 2n },
			{ from: 15, to: 19, run: 1n },
			{ from: 20, to: 20, run: 2n },
			{ from: 25, to: 25, run: 2n },
		]);
	});

	it('is a condition by run', () => {
		expect(seenCondition(replaceUnits(base, rangesOf([12]), 2n), 'day')).toBe(
			'((run = 1 AND (day BETWEEN toDate(10) AND toDate(11) OR day BETWEEN toDate(13) AND toDate(20))) OR (run = 2 AND (day = toDate(12))))',
		);
		expect(seenCondition([], 'day')).toBe('false');
	});

	it('takes Mondays for neighbours where units are weeks', () => {
		expect(rangesOf([18, 4, 11, 32], 7)).toEqual([
			{ from: 4, to: 18 },
			{ from: 32, to: 32 },
		]);
	});
});

describe('expiredRuns', () => {
	const second = 1_000_000n;
	const hour = 3_600n * second;
	const now = 100n * hour;
	const at = (secondsAgo: bigint, ...sees: bigint[]) => {
		const run = now - secondsAgo * second;
		return { run, models: 'm', publishedAtUs: run, sees: new Set([run, ...sees.map((ago) => now - ago * second)]) };
	};
	const old = Array.from({ length: 30 }, (_, i) => at(BigInt(1_000 - i * 10)));

	it('keeps what the newest runs see, and what somebody may still be reading', () => {
		const runs = [...old, at(20n), at(10n, 1_000n)];
		const expired = expiredRuns(
			runs.map(({ run }) => run),
			runs,
			now,
		);
		expect(expired).toHaveLength(21);
		expect(expired).not.toContain(now - 1_000n * second);
		const busy = Array.from({ length: 60 }, (_, i) => at(BigInt(60 - i)));
		const kept =
			busy.length -
			expiredRuns(
				busy.map(({ run }) => run),
				busy,
				now,
			).length;
		expect(kept).toBe(31);
	});

	it('drops a run that was never published only when it must be dead', () => {
		const published = [at(0n)];
		expect(expiredRuns([now - hour], published, now)).toEqual([]);
		expect(expiredRuns([now - 7n * hour], published, now)).toEqual([now - 7n * hour]);
	});
});
