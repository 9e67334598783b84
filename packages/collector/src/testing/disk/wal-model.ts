import type { Appended } from '../../wal/commit-group.js';
import { type LogRecord, readSegment, type SegmentContent } from '../../wal/segment-format.js';
import { poisonSuffix, segmentNameOf, segmentSuffix } from '../../wal/segment-name.js';

/** A record and what is known of it. */
interface Known {
	record: LogRecord;
	/** `unknown` when the process died before it answered. */
	answer: Appended | 'waiting' | 'unknown';
	/** The segment it was found in. */
	segment?: string;
	/** Its segment was removed as delivered: it may come back, it need not. */
	removed: boolean;
}

/** Something that the log must never do. */
class BrokenPromise extends Error {}

/** Throws unless the log kept this promise. */
export function promised(kept: boolean, promise: string): asserts kept {
	if (!kept) throw new BrokenPromise(promise);
}

/** All that a log needs to be held against: the records it was given, what it answered, and what was removed. */
export class LogModel {
	readonly #known = new Map<string, Known>();
	#made = 0;

	/** A new record that is like no other. */
	record(receivedAtMs: number, events: number, paddingBytes: number): LogRecord {
		const name = `record ${this.#made++} `;
		const client = Buffer.from(name.slice(-4));
		const record = { receivedAtMs, events, client, frame: Buffer.from(name.padEnd(name.length + paddingBytes, name)) };
		this.#known.set(keyOf(record), { record, answer: 'waiting', removed: false });
		return record;
	}

	answered(records: readonly LogRecord[], answer: Appended): void {
		for (const record of records) this.#of(record).answer = answer;
	}

	/** The process died: what had no answer has none. */
	crashed(): void {
		for (const known of this.#known.values()) if (known.answer === 'waiting') known.answer = 'unknown';
	}

	/** Whether some record still waits for its answer. */
	get waits(): boolean {
		return [...this.#known.values()].some((known) => known.answer === 'waiting');
	}

	removed(content: SegmentContent): void {
		for (const record of content.records) this.#of(record).removed = true;
	}

	/** Holds what a segment gives back against what was put in. @param recovered it is of an earlier process */
	holdSegment(name: string, content: SegmentContent, recovered: boolean): void {
		const found = new Set<string>();
		for (const record of content.records) {
			const known = this.#of(record);
			promised(sameRecord(known.record, record), `${keyOf(record)} comes back as it was given`);
			promised(!found.has(keyOf(record)), `${keyOf(record)} is once in its segment`);
			found.add(keyOf(record));
			known.segment ??= name;
			promised(known.segment === name, `${keyOf(record)} is in one segment`);
			// What this process did not acknowledge is cut off; only an earlier one's may come to light.
			promised(recovered || known.answer === 'synced', `${keyOf(record)} (${known.answer}) was acknowledged`);
		}
		promised(recovered || content.damaged === 0, `${name} of this process is whole`);
	}

	/** Holds the files of a directory against the model: whatever was acknowledged and not removed is there. */
	holdFiles(files: ReadonlyMap<string, Buffer>): void {
		const there = new Set<string>();
		for (const [name, content] of contents(files)) {
			this.holdSegment(name, content, true);
			for (const record of content.records) there.add(keyOf(record));
		}
		this.holdAll(there);
	}

	/** Whatever was acknowledged and not removed is among these. */
	holdAll(keys: ReadonlySet<string>): void {
		for (const [key, { answer, removed }] of this.#known) {
			promised(answer !== 'synced' || removed || keys.has(key), `${key}, acknowledged, is there`);
		}
	}

	#of(record: LogRecord): Known {
		const known = this.#known.get(keyOf(record));
		promised(known !== undefined, `"${keyOf(record)}" was given to the log before it comes back`);
		return known;
	}
}

/** What tells a record from every other. */
export function keyOf(record: LogRecord): string {
	return String(record.frame).split(' ', 2).join(' ');
}

/** Events of all records. */
export function eventsOf(content: SegmentContent): number {
	return content.records.reduce((sum, record) => sum + record.events, 0);
}

/** What a start must find in these files. */
export function findable(files: ReadonlyMap<string, Buffer>): { events: number; damaged: number } {
	const found = { events: 0, damaged: 0 };
	for (const [, content] of contents(files, [segmentSuffix])) {
		found.events += eventsOf(content);
		found.damaged += content.damaged;
	}
	return found;
}

function* contents(files: ReadonlyMap<string, Buffer>, suffixes = [segmentSuffix, poisonSuffix]) {
	for (const [file, bytes] of files) {
		if (!suffixes.some((suffix) => file.endsWith(suffix))) continue;
		const name = segmentNameOf(file, suffixes);
		promised(name !== undefined, `${file} is named like a segment`);
		yield [name, readSegment(bytes, name)] as const;
	}
}

function sameRecord(a: LogRecord, b: LogRecord): boolean {
	if (a.receivedAtMs !== b.receivedAtMs || a.events !== b.events) return false;
	return Buffer.compare(a.client, b.client) === 0 && Buffer.compare(a.frame, b.frame) === 0;
}
