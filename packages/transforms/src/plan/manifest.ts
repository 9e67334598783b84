/**
 * Of which run readers see each unit (a day, or the Monday of a week) of a model. Units are days since 1970. A manifest is
 * complete: the one row of a published run says everything, so that publishing and going back are one insert each.
 */

export interface UnitRange {
	/** First unit. */
	from: number;
	/** Last unit. */
	to: number;
	run: bigint;
}

/** Stretches of units, both ends included. */
export type Units = readonly { from: number; to: number }[];

/** By model; in order of units, without overlaps. */
export type Manifest = Readonly<Record<string, readonly UnitRange[]>>;

/** Numbers as ranges of neighbours. Pure. */
export function rangesOf(units: readonly number[], stepDays = 1): { from: number; to: number }[] {
	const ranges: { from: number; to: number }[] = [];
	for (const unit of [...new Set(units)].sort((a, b) => a - b)) {
		const last = ranges.at(-1);
		if (last && unit <= last.to + stepDays) last.to = unit;
		else ranges.push({ from: unit, to: unit });
	}
	return ranges;
}

/** The ranges with these units shown of another run. Pure. */
export function replaceUnits(ranges: readonly UnitRange[], replaced: Units, run: bigint): UnitRange[] {
	let kept = [...ranges];
	for (const { from, to } of replaced) {
		kept = kept.flatMap((range) => {
			if (range.to < from || to < range.from) return [range];
			const before = range.from < from ? [{ ...range, to: from - 1 }] : [];
			const after = to < range.to ? [{ ...range, from: to + 1 }] : [];
			return [...before, ...after];
		});
	}
	return [...kept, ...replaced.map(({ from, to }) => ({ from, to, run }))].sort((a, b) => a.from - b.from);
}

/** The condition on rows of a model's table for being seen. Pure. */
export function seenCondition(ranges: readonly UnitRange[], unit: string): string {
	const byRun = new Map<bigint, string[]>();
	for (const { from, to, run } of ranges) {
		const condition = from === to ? `${unit} = toDate(${from})` : `${unit} BETWEEN toDate(${from}) AND toDate(${to})`;
		byRun.set(run, [...(byRun.get(run) ?? []), condition]);
	}
	const runs = [...byRun].map(([run, conditions]) => `(run = ${run} AND (${conditions.join(' OR ')}))`);
	return runs.length === 0 ? 'false' : `(${runs.join(' OR ')})`;
}

/** The condition for being of one of these units. Pure. */
export function unitsCondition(ranges: Units, unit: string): string {
	const conditions = ranges.map(({ from, to }) => `${unit} BETWEEN toDate(${from}) AND toDate(${to})`);
	return conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`;
}

/** Every run that readers of a manifest see rows of. Pure. */
export function runsOf(manifest: Manifest): Set<bigint> {
	return new Set(
		Object.values(manifest)
			.flat()
			.map(({ run }) => run),
	);
}
