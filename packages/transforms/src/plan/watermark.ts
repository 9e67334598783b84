/**
 * The watermark of a run: the blocks of the raw table that the run has seen. ClickHouse numbers the inserts of each of
 * its partitions as blocks, merges keep the block number of every row, and a part states which numbers it covers. New
 * rows are therefore found without any clock. The watermark has intervals and not a highest number, since blocks may be
 * committed out of order.
 */

/** First and last block number, both included. */
export type Interval = readonly [number, number];

/** The blocks and the highest mutation seen, by the id of the ClickHouse partition of the raw table. */
export type Watermark = Readonly<Record<string, { blocks: readonly Interval[]; mutation: number }>>;

/** An active part of the raw table. */
export interface RawPart {
	name: string;
	partition: string;
	blocks: Interval;
	/** The highest mutation that was applied to it; 0 for none. */
	mutation: number;
	rows: number;
	/** Uncompressed size of its columns, bytes. */
	bytes: number;
}

/** How the raw table differs from a watermark. */
export type RawChange =
	| { kind: 'nothing' }
	/** Blocks were added. Parts in `seenParts` have no new rows; parts in `newParts` may have some. */
	| { kind: 'appended'; newParts: readonly RawPart[]; seenParts: readonly RawPart[] }
	/** Rows were deleted, updated or dropped, which adds no block. */
	| { kind: 'rewritten' };

/** Joins overlapping and adjoining intervals, in order. Pure. */
export function union(intervals: readonly Interval[]): Interval[] {
	const joined: [number, number][] = [];
	for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
		const last = joined.at(-1);
		if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
		else joined.push([from, to]);
	}
	return joined;
}

const covers = (blocks: readonly Interval[], [from, to]: Interval) => blocks.some(([a, b]) => a <= from && to <= b);

/** The watermark of a run that has seen all these parts. Pure. */
export function watermarkOf(parts: readonly RawPart[]): Watermark {
	const watermark: Record<string, { blocks: Interval[]; mutation: number }> = {};
	for (const { partition, blocks, mutation } of withRows(parts)) {
		const entry = watermark[partition] ?? { blocks: [], mutation: 0 };
		watermark[partition] = {
			blocks: union([...entry.blocks, blocks]),
			mutation: Math.max(entry.mutation, mutation),
		};
	}
	return watermark;
}

/** Compares the parts of the raw table with the watermark of a published run. Pure. */
export function changeSince(watermark: Watermark, parts: readonly RawPart[]): RawChange {
	const now = watermarkOf(parts);
	for (const [partition, { blocks, mutation }] of Object.entries(watermark)) {
		const current = now[partition];
		if (!current || current.mutation !== mutation) return { kind: 'rewritten' };
		if (!blocks.every((interval) => covers(current.blocks, interval))) return { kind: 'rewritten' };
	}
	const isSeen = ({ partition, blocks }: RawPart) => covers(watermark[partition]?.blocks ?? [], blocks);
	const newParts = withRows(parts).filter((part) => !isSeen(part));
	if (newParts.some(({ partition, mutation }) => mutation > (watermark[partition]?.mutation ?? 0)))
		return { kind: 'rewritten' };
	if (newParts.length === 0) return { kind: 'nothing' };
	return { kind: 'appended', newParts, seenParts: parts.filter(isSeen) };
}

/** Only parts with rows: DROP and TRUNCATE leave empty parts for a while. */
const withRows = (parts: readonly RawPart[]) => parts.filter(({ rows }) => rows > 0);

const blocksOf = (of: Watermark) =>
	Object.entries(of).map(([partition, { blocks }]) => {
		const ranges = blocks.map(([from, to]) => `_block_number BETWEEN ${from} AND ${to}`);
		return `(_partition_id = '${partition}' AND (${ranges.join(' OR ')}))`;
	});

/**
 * The SQL condition on rows of the raw table for being in blocks that these parts have. With it, statements of a run
 * that begin at different times read the same events: blocks that are inserted in the meantime are for the next run.
 * Pure.
 */
export const presentRowsCondition = (parts: readonly RawPart[]): string =>
	`(${blocksOf(watermarkOf(parts)).join(' OR ') || 'false'})`;

/**
 * The SQL condition on rows of the raw table for being new. It covers only blocks that existed when the change was
 * determined; later blocks are for the next run. It excludes seen parts by name, so that ClickHouse does not read them.
 * Parts that were merged since then have other names, and their rows are compared by block number. Pure.
 */
export function newRowsCondition(watermark: Watermark, change: Extract<RawChange, { kind: 'appended' }>): string {
	const names = change.seenParts.map(({ name }) => `'${name}'`);
	const present = watermarkOf(change.newParts);
	const seen = blocksOf(Object.fromEntries(Object.entries(watermark).filter(([partition]) => partition in present)));
	return [
		...(names.length === 0 ? [] : [`_part NOT IN (${names.join(', ')})`]),
		`(${blocksOf(present).join(' OR ') || 'false'})`,
		...(seen.length === 0 ? [] : [`NOT (${seen.join(' OR ')})`]),
	].join(' AND ');
}
