import { type LogRecord, recordBytes, sealRecords, writeRecord } from './segment-format.js';

/** Why the log did not keep a record. The sender still has the batch and sends it again. */
export type Deferral = 'busy' | 'full' | 'failing' | 'stopping';

/** What became of a record: on disk and synced, or not kept. */
export type Appended = 'synced' | Deferral;

/** Records that are written and synced together; they go to one segment. */
export class Group {
	/** Month of receipt, counted from year 0. */
	readonly month: number;
	events = 0;
	bytes = 0;
	firstReceivedMs = Number.POSITIVE_INFINITY;
	lastReceivedMs = 0;
	#buffer: Buffer;
	#waiting: ((appended: Appended) => void)[] = [];

	/** @param expectedBytes about how much it will hold */
	constructor(month: number, expectedBytes: number) {
		this.month = month;
		this.#buffer = Buffer.allocUnsafeSlow(expectedBytes);
	}

	/** Copies the record, so its bytes need not outlive the call. Resolves once the group is settled. */
	add(record: LogRecord): Promise<Appended> {
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

	/** The bytes of all records, for the segment of this name. */
	encoded(name: string): Buffer {
		const records = this.#buffer.subarray(0, this.bytes);
		sealRecords(records, name);
		return records;
	}

	/** Tells every sender what became of its record. */
	settle(appended: Appended): void {
		for (const resolve of this.#waiting) resolve(appended);
		this.#waiting = [];
	}
}
