/**
 * Which blocks of the raw table a published run has seen. ClickHouse numbers the inserts of a partition, merges keep every
 * row's number, and a part says which numbers it covers: so what is new is told without any clock. Intervals instead of a
 * highest number, because blocks may be committed out of order.
 */

/** First and last number, both included. */
export type Interval = readonly [number, number];

/** By id of a partition of the raw table. */
export type Ledger = Readonly<Record<string, { blocks: readonly Interval[]; mutation: number }>>;

/** An active part of the raw table. */
export interface RawPart {
	name: string;
	partition: string;
	blocks: Interval;
	/** The highest mutation that it went through; 0 for none. */
	mutation: number;
	rows: number;
	/** Size of its columns before compression. */
	bytes: number;
}

/** What the raw table has that a ledger does not. */
export type RawChange =
	| { kind: 'nothing' }
	/** Blocks came. `seenParts` hold nothing new, the others may. */
	| { kind: 'appended'; newParts: readonly RawPart[]; seenParts: readonly RawPart[] }
	/** Rows were deleted, updated or dropped, which leaves no block behind. */
	| { kind: 'rewritten' };

/** Overlapping and adjoining intervals as one, in order. Pure. */
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

/** The ledger of a run that has seen all these parts. Pure. */
export function ledgerOf(parts: readonly RawPart[]): Ledger {
	const ledger: Record<string, { blocks: Interval[]; mutation: number }> = {};
	for (const { partition, blocks, mutation } of withRows(parts)) {
		const entry = ledger[partition] ?? { blocks: [], mutation: 0 };
		ledger[partition] = {
			blocks: union([...entry.blocks, blocks]),
			mutation: Math.max(entry.mutation, mutation),
		};
	}
	return ledger;
}

/** Compares the raw table with what a published run has seen of it. Pure. */
export function changeSince(ledger: Ledger, parts: readonly RawPart[]): RawChange {
	const now = ledgerOf(parts);
	for (const [partition, { blocks, mutation }] of Object.entries(ledger)) {
		const current = now[partition];
		if (!current || current.mutation !== mutation) return { kind: 'rewritten' };
		if (!blocks.every((interval) => covers(current.blocks, interval))) return { kind: 'rewritten' };
	}
	const isSeen = ({ partition, blocks }: RawPart) => covers(ledger[partition]?.blocks ?? [], blocks);
	const newParts = withRows(parts).filter((part) => !isSeen(part));
	if (newParts.some(({ partition, mutation }) => mutation > (ledger[partition]?.mutation ?? 0)))
		return { kind: 'rewritten' };
	if (newParts.length === 0) return { kind: 'nothing' };
	return { kind: 'appended', newParts, seenParts: parts.filter(isSeen) };
}

/** DROP and TRUNCATE leave empty parts behind for a while. */
const withRows = (parts: readonly RawPart[]) => parts.filter(({ rows }) => rows > 0);

/**
 * The condition on rows of the raw table for being new, and of the blocks that were there when the change was looked at: what comes later
 * is for the next run. Seen parts are left out by name, which spares reading them; what was merged since then has another name and is
 * judged row by row. Pure.
 */
export function newRowsCondition(ledger: Ledger, change: Extract<RawChange, { kind: 'appended' }>): string {
	const names = change.seenParts.map(({ name }) => `'${name}'`);
	const blocksOf = (of: Ledger) =>
		Object.entries(of).map(([partition, { blocks }]) => {
			const ranges = blocks.map(([from, to]) => `_block_number BETWEEN ${from} AND ${to}`);
			return `(_partition_id = '${partition}' AND (${ranges.join(' OR ')}))`;
		});
	const present = ledgerOf(change.newParts);
	const seen = blocksOf(Object.fromEntries(Object.entries(ledger).filter(([partition]) => partition in present)));
	return [
		...(names.length === 0 ? [] : [`_part NOT IN (${names.join(', ')})`]),
		`(${blocksOf(present).join(' OR ') || 'false'})`,
		...(seen.length === 0 ? [] : [`NOT (${seen.join(' OR ')})`]),
	].join(' AND ');
}
