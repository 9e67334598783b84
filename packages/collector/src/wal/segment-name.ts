import { randomBytes } from 'node:crypto';

/** File name ends: a segment waiting for delivery, and one that the warehouse refused for good. */
export const segmentSuffix = '.log';
export const poisonSuffix = '.poison';

const pattern = /^(\d{15})-([0-9a-f]{16})$/;

/**
 * Names of segments: 15 digits of milliseconds, then 64 random bits. They sort by time within a directory, and two
 * collectors never make the same one. Rows carry the name in their `segment` column, so it is part of what is stored.
 */
export class SegmentNames {
	#lastMs: number;

	/** @param existing names that are there already; new ones sort after them even when the clock has stepped back */
	constructor(existing: readonly string[]) {
		this.#lastMs = Math.max(0, ...existing.map(createdAtMs));
	}

	next(nowMs: number): string {
		this.#lastMs = Math.max(this.#lastMs + 1, nowMs);
		return `${String(this.#lastMs).padStart(15, '0')}-${randomBytes(8).toString('hex')}`;
	}
}

/** The name of the segment that a file holds, whatever became of it; `undefined` when the file is not one of ours. */
export function segmentNameOf(
	file: string,
	suffixes: readonly string[] = [segmentSuffix, poisonSuffix],
): string | undefined {
	const suffix = suffixes.find((each) => file.endsWith(each));
	const name = suffix === undefined ? '' : file.slice(0, -suffix.length);
	return pattern.test(name) ? name : undefined;
}

/** Milliseconds since 1970 at which a segment was made, as far as its name says. */
export function createdAtMs(name: string): number {
	return Number(pattern.exec(name)?.[1] ?? 0);
}

/** The 32 bits that start every record of a segment, taken from the random part of its name. */
export function recordMark(name: string): number {
	return Number.parseInt(pattern.exec(name)?.[2]?.slice(0, 8) ?? '0', 16);
}
