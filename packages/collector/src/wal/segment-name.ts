import { randomBytes } from 'node:crypto';

/**
 * Endings of file names: a segment that waits for delivery, and a quarantined segment, which cannot be delivered. The
 * endings stay as earlier versions wrote them, so that data directories remain readable.
 */
export const segmentSuffix = '.log';
export const quarantineSuffix = '.poison';
/** Ending of the file beside a quarantined segment, which holds the reason as text. */
export const reasonSuffix = '.reason';

const pattern = /^(\d{15})-([0-9a-f]{16})$/;

/**
 * Generates names of segments: 15 digits of milliseconds since 1970, then 64 random bits. Names sort by time within a
 * directory, and are unique among all collectors. Rows carry the name in their `segment` column.
 */
export class SegmentNames {
	#lastMs: number;

	/** @param existing names in the directory; new names sort after them even if the system clock was set back */
	constructor(existing: readonly string[]) {
		this.#lastMs = Math.max(0, ...existing.map(createdAtMs));
	}

	next(nowMs: number): string {
		this.#lastMs = Math.max(this.#lastMs + 1, nowMs);
		return `${String(this.#lastMs).padStart(15, '0')}-${randomBytes(8).toString('hex')}`;
	}
}

/** The name of the segment in a file with one of the endings; `undefined` for other files. */
export function segmentNameOf(
	file: string,
	suffixes: readonly string[] = [segmentSuffix, quarantineSuffix],
): string | undefined {
	const suffix = suffixes.find((each) => file.endsWith(each));
	const name = suffix === undefined ? '' : file.slice(0, -suffix.length);
	return pattern.test(name) ? name : undefined;
}

/** Creation time of a segment, from its name, milliseconds since 1970. */
export function createdAtMs(name: string): number {
	return Number(pattern.exec(name)?.[1] ?? 0);
}

/** The 32 bits that start every record of a segment, taken from the random part of its name. */
export function recordMark(name: string): number {
	return Number.parseInt(pattern.exec(name)?.[2]?.slice(0, 8) ?? '0', 16);
}
