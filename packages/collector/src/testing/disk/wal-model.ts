import type { Appended } from '../../wal/commit-group.js';
import { readSegment, type SegmentContent, type WalRecord } from '../../wal/segment-format.js';
import { quarantineSuffix, segmentNameOf, segmentSuffix } from '../../wal/segment-name.js';

/** A record and its state. */
interface Known {
	record: WalRecord;
	/** `unknown` if the process died before it answered. */
	answer: Appended | 'waiting' | 'unknown';
	/** The segment in which it was found. */
	segment?: string;
	/** Whether its segment was removed as delivered: it may reappear, but need not. */
	removed: boolean;
}

/** An invariant of the WAL is violated. */
class BrokenInvariant extends Error {}

/** Throws unless an invariant holds. */
export function invariant(holds: boolean, statement: string): asserts holds {
	if (!holds) throw new BrokenInvariant(statement);
}

/** A model of the WAL: the records that were appended, their results, and what was removed. */
export class WalModel {
	readonly #known = new Map<string, Known>();
	#made = 0;

	/** Creates a unique record. */
	record(receivedAtMs: number, events: number, paddingBytes: number): WalRecord {
		const name = `record ${this.#made++} `;
		const client = Buffer.from(name.slice(-4));
		const record = { receivedAtMs, events, client, frame: Buffer.from(name.padEnd(name.length + paddingBytes, name)) };
		this.#known.set(keyOf(record), { record, answer: 'waiting', removed: false });
		return record;
	}

	answered(records: readonly WalRecord[], answer: Appended): void {
		for (const record of records) this.#of(record).answer = answer;
	}

	/** Records that the process died: pending appends stay without a result. */
	crashed(): void {
		for (const known of this.#known.values()) if (known.answer === 'waiting') known.answer = 'unknown';
	}

	/** Whether an append is pending. */
	get waits(): boolean {
		return [...this.#known.values()].some((known) => known.answer === 'waiting');
	}

	removed(content: SegmentContent): void {
		for (const record of content.records) this.#of(record).removed = true;
	}

	/**
	 * Compares the content of a segment with the model.
	 *
	 * @param recovered whether the segment is of an earlier process
	 */
	checkSegment(name: string, content: SegmentContent, recovered: boolean): void {
		const found = new Set<string>();
		for (const record of content.records) {
			const known = this.#of(record);
			invariant(sameRecord(known.record, record), `${keyOf(record)} is returned unchanged`);
			invariant(!found.has(keyOf(record)), `${keyOf(record)} occurs once in its segment`);
			found.add(keyOf(record));
			known.segment ??= name;
			invariant(known.segment === name, `${keyOf(record)} occurs in one segment`);
			// This process truncates records that it did not acknowledge. Only those of an earlier process may appear.
			invariant(recovered || known.answer === 'durable', `${keyOf(record)} (${known.answer}) was acknowledged`);
		}
		invariant(recovered || content.damaged === 0, `${name} of this process is undamaged`);
	}

	/** Compares the files of a directory with the model: every record that was acknowledged and not removed exists. */
	checkFiles(files: ReadonlyMap<string, Buffer>): void {
		const there = new Set<string>();
		for (const [name, content] of contents(files)) {
			this.checkSegment(name, content, true);
			for (const record of content.records) there.add(keyOf(record));
		}
		this.checkAll(there);
	}

	/** Checks that every record that was acknowledged and not removed is among these. */
	checkAll(keys: ReadonlySet<string>): void {
		for (const [key, { answer, removed }] of this.#known) {
			invariant(answer !== 'durable' || removed || keys.has(key), `${key} was acknowledged and exists`);
		}
	}

	#of(record: WalRecord): Known {
		const known = this.#known.get(keyOf(record));
		invariant(known !== undefined, `"${keyOf(record)}" was appended before it is returned`);
		return known;
	}
}

/** The unique key of a record. */
export function keyOf(record: WalRecord): string {
	return String(record.frame).split(' ', 2).join(' ');
}

/** Number of events of all records. */
export function eventsOf(content: SegmentContent): number {
	return content.records.reduce((sum, record) => sum + record.events, 0);
}

/** The events and damage that a start must find in these files. */
export function findable(files: ReadonlyMap<string, Buffer>): { events: number; damaged: number } {
	const found = { events: 0, damaged: 0 };
	for (const [, content] of contents(files, [segmentSuffix])) {
		found.events += eventsOf(content);
		found.damaged += content.damaged;
	}
	return found;
}

function* contents(files: ReadonlyMap<string, Buffer>, suffixes = [segmentSuffix, quarantineSuffix]) {
	for (const [file, bytes] of files) {
		if (!suffixes.some((suffix) => file.endsWith(suffix))) continue;
		const name = segmentNameOf(file, suffixes);
		invariant(name !== undefined, `${file} has the name of a segment`);
		yield [name, readSegment(bytes, name)] as const;
	}
}

function sameRecord(a: WalRecord, b: WalRecord): boolean {
	if (a.receivedAtMs !== b.receivedAtMs || a.events !== b.events) return false;
	return Buffer.compare(a.client, b.client) === 0 && Buffer.compare(a.frame, b.frame) === 0;
}
