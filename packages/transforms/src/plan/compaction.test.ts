import { describe, expect, it } from 'vitest';
import { afterTakeOver, runsToTakeOver, seenRunsMaxDefault as seenRunsMax } from './compaction.js';
import { type Manifest, replacePartitions, runsOf } from './manifest.js';

/** The manifest after a run for each of some days, with compaction; `onTakeOver` gets the number of days copied. */
function afterDays(days: number, onTakeOver: (days: number) => void = () => undefined): Manifest {
	let manifest: Manifest = {};
	for (let day = 0; day < days; day++) {
		const run = BigInt(day + 1);
		manifest = { sessions: replacePartitions(manifest.sessions ?? [], [{ from: day, to: day }], run) };
		const taken = runsToTakeOver(manifest, run, seenRunsMax);
		const before = runDays(manifest, run);
		manifest = afterTakeOver(manifest, taken, run);
		if (taken.size > 0) onTakeOver(runDays(manifest, run) - before);
	}
	return manifest;
}

const runDays = (manifest: Manifest, run: bigint) =>
	(manifest.sessions ?? []).filter((range) => range.run === run).reduce((sum, { from, to }) => sum + to - from + 1, 0);

describe('compaction', () => {
	it('bounds the number of runs that readers see, whatever the number of days', () => {
		for (const days of [1, 16, 17, 18, 60, 365, 1_000])
			expect(runsOf(afterDays(days)).size).toBeLessThanOrEqual(seenRunsMax);
	});

	it('bounds it at once in a history in which every day has a run', () => {
		const sessions = Array.from({ length: 365 }, (_, day) => ({ from: day, to: day, run: BigInt(day + 1) }));
		const taken = runsToTakeOver({ sessions }, 365n, seenRunsMax);
		expect(runsOf(afterTakeOver({ sessions }, taken, 365n)).size).toBeLessThanOrEqual(seenRunsMax);
		const large = sessions.slice(0, 20).map((range, i) => ({ from: 3 ** i, to: 3 ** (i + 1) - 1, run: range.run }));
		const few = runsToTakeOver({ sessions: large }, 20n, 4);
		expect(runsOf(afterTakeOver({ sessions: large }, few, 20n)).size).toBe(4);
	});

	it('copies a day a few times in years, and in few of the runs', () => {
		const copied: number[] = [];
		afterDays(1_000, (days) => copied.push(days));
		expect(copied.length).toBeLessThan(100);
		expect(copied.reduce((sum, days) => sum + days, 0)).toBeLessThan(3_000);
	});

	it('shows every day as before', () => {
		const days = (afterDays(40).sessions ?? []).flatMap(({ from, to }) =>
			Array.from({ length: to - from + 1 }, (_, i) => from + i),
		);
		expect(days).toEqual(Array.from({ length: 40 }, (_, day) => day));
	});

	it('takes no run over while few are seen, and leaves a long history where it is', () => {
		const history = { sessions: [{ from: 0, to: 399, run: 1n }] };
		const days = Array.from({ length: 16 }, (_, i) => ({ from: 400 + i, to: 400 + i, run: BigInt(2 + i) }));
		expect(runsToTakeOver({ sessions: [...history.sessions, ...days.slice(1)] }, 17n, seenRunsMax)).toEqual(new Set());
		const taken = runsToTakeOver({ sessions: [...history.sessions, ...days] }, 17n, seenRunsMax);
		expect(taken).toEqual(new Set(days.slice(0, -1).map(({ run }) => run)));
	});

	it('leaves no rows of a run that it takes over in any model', () => {
		const models = {
			sessions: [] as { from: number; to: number; run: bigint }[],
			retention: [] as { from: number; to: number; run: bigint }[],
		};
		for (let i = 1; i <= 17; i++) models.sessions.push({ from: i, to: i, run: BigInt(i) });
		models.retention = [{ from: 4, to: 4, run: 3n }];
		const taken = runsToTakeOver(models, 17n, seenRunsMax);
		const after = afterTakeOver(models, taken, 17n);
		expect([...runsOf(after)].filter((run) => taken.has(run))).toEqual([]);
		expect(after.retention).toEqual([{ from: 4, to: 4, run: 17n }]);
	});
});
