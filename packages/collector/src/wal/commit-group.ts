import { recordBytes, sealRecords, type WalRecord, writeRecord } from './segment-format.js';

/**
 * Reason why the WAL does not accept a record: too many records wait to be written, the WAL has reached its maximum
 * size, the last write failed, or the collector stops. The sender gets `retry-later` and still has the batch.
 */
export type Backpressure = 'busy' | 'full' | 'failing' | 'stopping';

/** Result of an append: durable on disk, or not kept. */
export type Appended = 'durable' | Backpressure;

/** A commit group: records that share one write and one fsync. They belong to one segment. */
export class CommitGroup {
	/** Month of the receipt of its records, counted from year 0; see monthOf. */
	readonly month: number;
	events = 0;
	bytes = 0;
	firstReceivedMs = Number.POSITIVE_INFINITY;
	lastReceivedMs = 0;
	#buffer: Buffer;
	#waiting: ((appended: Appended) => void)[] = [];

	/** @param expectedBytes initial size of the buffer, bytes */
	constructor(month: number, expectedBytes: number) {
		this.month = month;
		this.#buffer = Buffer.allocUnsafeSlow(expectedBytes);
	}

	/** Copies the record, so its bytes may be reused after the call. Resolves once the group is settled. */
	add(record: WalRecord): Promise<Appended> {
		const end = this.bytes + recordBytes(record);
		if (end > this.#buffer.length) {
			const grown = Buffer.allocUnsafeSlow(Math.max(end, this.#buffer.length * 2));
			grown.set(this.#buffer.subarray(0, this.bytes));
			this.#buffer = grown;
		}
		this.bytes = writeRecord(this.#buffer, this.bytes, record);
		this.events += record.events;
		this.firstReceivedMs = Math.min(this.firstReceivedMs, record.receivedAtMs);
		this.lastReceivedMs = Math.max(this.lastReceivedMs, record.receivedAtMs);
		return new Promise((resolve) => {
			this.#waiting.push(resolve);
		});
	}

	/** Encodes all records for the segment of this name. */
	encoded(name: string): Buffer {
		const records = this.#buffer.subarray(0, this.bytes);
		sealRecords(records, name);
		return records;
	}

	/** Resolves the append of every record with this result. */
	settle(appended: Appended): void {
		for (const resolve of this.#waiting) resolve(appended);
		this.#waiting = [];
	}
}
