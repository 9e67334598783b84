/**
 * A manifest names, for each time partition of each model, the run whose rows readers see. A time partition is a day or
 * the Monday of a week, as days since 1970. A manifest is complete, so that publishing and rolling back are each the
 * insert of one row.
 */

export interface PartitionRange {
	/** First time partition, days since 1970. */
	from: number;
	/** Last time partition, included. */
	to: number;
	run: bigint;
}

/** Ranges of time partitions, days since 1970, both ends included. */
export type Partitions = readonly { from: number; to: number }[];

/** The ranges of each model by its name, in order and without overlaps. */
export type Manifest = Readonly<Record<string, readonly PartitionRange[]>>;

/** Groups numbers into ranges of neighbours. Pure. @param stepDays distance between neighbours, days: 7 for weeks */
export function rangesOf(partitions: readonly number[], stepDays = 1): { from: number; to: number }[] {
	const ranges: { from: number; to: number }[] = [];
	for (const partition of [...new Set(partitions)].sort((a, b) => a - b)) {
		const last = ranges.at(-1);
		if (last && partition <= last.to + stepDays) last.to = partition;
		else ranges.push({ from: partition, to: partition });
	}
	return ranges;
}

/** The days of ranges. Pure. */
export const daysIn = (ranges: Partitions): number[] =>
	ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

/** The ranges of a model after a run has replaced some time partitions. Pure. */
export function replacePartitions(
	ranges: readonly PartitionRange[],
	replaced: Partitions,
	run: bigint,
): PartitionRange[] {
	let kept = [...ranges];
	for (const { from, to } of replaced) {
		kept = kept.flatMap((range) => {
			if (range.to < from || to < range.from) return [range];
			const before = range.from < from ? [{ ...range, to: from - 1 }] : [];
			const after = to < range.to ? [{ ...range, from: to + 1 }] : [];
			return [...before, ...after];
		});
	}
	return joinNeighbours([...kept, ...replaced.map(({ from, to }) => ({ from, to, run }))]);
}

/** Sorts ranges, and joins those of one run that touch: a manifest stays small, whatever the number of runs. Pure. */
function joinNeighbours(ranges: readonly PartitionRange[]): PartitionRange[] {
	const joined: PartitionRange[] = [];
	for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
		const last = joined.at(-1);
		if (last && last.run === range.run && range.from === last.to + 1) last.to = range.to;
		else joined.push({ ...range });
	}
	return joined;
}

/** The parts of the ranges that are in these time partitions. Pure. */
function within(ranges: readonly PartitionRange[], wanted: Partitions): PartitionRange[] {
	return ranges.flatMap((range) =>
		wanted
			.filter(({ from, to }) => from <= range.to && range.from <= to)
			.map(({ from, to }) => ({ from: Math.max(from, range.from), to: Math.min(to, range.to), run: range.run })),
	);
}

/** Number of ranges above which ClickHouse plans a list of days faster than a condition for each range. */
const rangesInConditionMax = 4;

/**
 * The SQL condition on rows of a model's table for being visible to readers. Pure.
 *
 * A statement must state the time partitions that it reads: the time to plan it grows with the number of ranges, and
 * each run that has rows in them is a further part to read.
 *
 * @param partition column name
 * @param wanted the time partitions that the statement reads; `all` for all of them
 */
export function seenCondition(
	ranges: readonly PartitionRange[],
	partition: string,
	wanted: Partitions | 'all',
): string {
	const seen = wanted === 'all' ? ranges : within(ranges, wanted);
	return seen.length > rangesInConditionMax ? listCondition(seen, partition) : rangesCondition(seen, partition);
}

/** Lists every time partition with its run. The first two conditions let ClickHouse skip parts and granules. */
function listCondition(ranges: readonly PartitionRange[], partition: string): string {
	const runs = new Set(ranges.map(({ run }) => run));
	const pairs = ranges.flatMap(({ from, to, run }) =>
		Array.from({ length: to - from + 1 }, (_, i) => `(${from + i},${run})`),
	);
	const first = Math.min(...ranges.map(({ from }) => from));
	const last = Math.max(...ranges.map(({ to }) => to));
	return `(run IN (${[...runs].join(',')}) AND ${partition} BETWEEN toDate(${first}) AND toDate(${last}) AND (toUInt16(${partition}), run) IN (${pairs.join(',')}))`;
}

function rangesCondition(ranges: readonly PartitionRange[], partition: string): string {
	const byRun = new Map<bigint, string[]>();
	for (const { from, to, run } of ranges) {
		const condition =
			from === to ? `${partition} = toDate(${from})` : `${partition} BETWEEN toDate(${from}) AND toDate(${to})`;
		byRun.set(run, [...(byRun.get(run) ?? []), condition]);
	}
	const runs = [...byRun].map(([run, conditions]) => `(run = ${run} AND (${conditions.join(' OR ')}))`);
	return runs.length === 0 ? 'false' : `(${runs.join(' OR ')})`;
}

/** The SQL condition for being in one of these time partitions. Pure. @param partition column name */
export function partitionsCondition(ranges: Partitions, partition: string): string {
	const conditions = ranges.map(({ from, to }) => `${partition} BETWEEN toDate(${from}) AND toDate(${to})`);
	return conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`;
}

/** The runs whose rows readers of a manifest see. Pure. */
export function runsOf(manifest: Manifest): Set<bigint> {
	return new Set(
		Object.values(manifest)
			.flat()
			.map(({ run }) => run),
	);
}
