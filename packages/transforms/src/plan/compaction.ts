import { type Manifest, type PartitionRange, type Partitions, replacePartitions } from './manifest.js';

/**
 * Compaction: a run takes over the rows of earlier runs, so that the number of runs whose rows readers see is bounded.
 * Every day adds a run, and a statement that looks through the whole history reads at least one part of each run.
 */

/** Default of `seenRunsMax`. Halving it would copy twice as many rows, and save a twentieth of a small run. */
export const seenRunsMaxDefault = 16;

/**
 * The runs to take over: none while at most `seenRunsMax` runs are seen, else the smaller half of these and all others
 * that are not larger than those taken so far. So most runs take over none, and a row is copied two or three times in a
 * history of a thousand days. Pure.
 *
 * @param manifest the manifest once `run` is published
 * @param run the run that takes over, which is not published yet
 * @param seenRunsMax maximum number of runs whose rows readers see, at least 2
 */
export function runsToTakeOver(manifest: Manifest, run: bigint, seenRunsMax: number): Set<bigint> {
	const sizes = partitionsByRun(manifest);
	const taken = new Set<bigint>();
	if (sizes.size <= seenRunsMax) return taken;
	sizes.delete(run);
	let partitions = 0;
	// The oldest run comes first among runs of one size: its days are the least likely to change again.
	for (const [other, size] of [...sizes].sort(([a, sizeA], [b, sizeB]) => sizeA - sizeB || (a < b ? -1 : 1))) {
		const areFew = sizes.size - taken.size < seenRunsMax;
		if (areFew && taken.size >= seenRunsMax / 2 && size > partitions) break;
		partitions += size;
		taken.add(other);
	}
	return taken;
}

/** The number of time partitions that readers see of each run, in all models. */
function partitionsByRun(manifest: Manifest): Map<bigint, number> {
	const sizes = new Map<bigint, number>();
	for (const { from, to, run } of Object.values(manifest).flat()) sizes.set(run, (sizes.get(run) ?? 0) + to - from + 1);
	return sizes;
}

/** The time partitions of a model in which readers see rows of these runs. Pure. */
export const partitionsOfRuns = (ranges: readonly PartitionRange[], runs: ReadonlySet<bigint>): Partitions =>
	ranges.filter((range) => runs.has(range.run)).map(({ from, to }) => ({ from, to }));

/** The manifest after `run` has taken over the rows of other runs. Pure. */
export function afterTakeOver(manifest: Manifest, taken: ReadonlySet<bigint>, run: bigint): Manifest {
	return Object.fromEntries(
		Object.entries(manifest).map(([name, ranges]) => [
			name,
			replacePartitions(ranges, partitionsOfRuns(ranges, taken), run),
		]),
	);
}
