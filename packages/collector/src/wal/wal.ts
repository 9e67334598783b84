import { type Appended, type Deferral, Group } from './commit-group.js';
import { monthOf } from './month.js';
import type { OpenSegment, SealedSegment } from './open-segment.js';
import { replay } from './replay.js';
import { SealedQueue } from './sealed-queue.js';
import { SegmentFiles } from './segment-files.js';
import { type LogRecord, recordBytes } from './segment-format.js';
import { createdAtMs, SegmentNames } from './segment-name.js';
import type { LogOptions } from './wal-options.js';

/** Bounds of the room that a group of records starts with. */
const groupBytesMin = 16_384;
const groupBytesMax = 4_194_304;

/**
 * The collector's memory: batches go in, and are acknowledged only once they are synced to disk; sealed segments come out,
 * oldest first, and stay on disk until they are removed. Records that arrive while others are being synced share the next
 * sync. A write or sync that fails is never a success afterwards: its records are answered `failing` and their segment
 * is not written to again.
 */
export class SegmentLog {
	readonly #options: LogOptions;
	readonly #names: SegmentNames;
	readonly #files: SegmentFiles;
	readonly #sealed = new SealedQueue();
	readonly #groups: Group[] = [];
	#open: OpenSegment | undefined;
	#pendingBytes = 0;
	#expectedBytes = groupBytesMin;
	/** Undelivered events that are on disk. */
	#events = 0;
	#pump: Promise<void> | undefined;
	/** Commits and seals take turns on this chain. */
	#turn: Promise<void> = Promise.resolve();
	/** When the last write or sync failed, if none has succeeded since; on the clock that nobody sets. */
	#failedAtMs: number | undefined;
	#closing: Promise<void> | undefined;
	/** What was found at start. */
	readonly recovered: { events: number; damaged: number };

	private constructor(options: LogOptions, found: Awaited<ReturnType<typeof replay>>) {
		this.#options = options;
		this.#names = new SegmentNames([...found.segments.map((segment) => segment.name), ...found.poison]);
		this.#files = new SegmentFiles(options.fileSystem, options.directory, options.logger, found.poisonBytes);
		for (const segment of found.segments) {
			this.#files.bytes += segment.bytes;
			this.#events += segment.events;
			this.#sealed.push(segment);
		}
		this.recovered = { events: this.#events, damaged: found.damaged };
	}

	/**
	 * Opens the log of a directory that the caller owns. Segments that an earlier process left are delivered first.
	 *
	 * @throws StartRefusal when the directory or one of them cannot be read
	 */
	static async open(options: LogOptions): Promise<SegmentLog> {
		return new SegmentLog(options, await replay(options.fileSystem, options.directory, options.logger));
	}

	/** Bytes of all segments on disk. */
	get bytes(): number {
		return this.#files.bytes;
	}

	/** Events on disk that are not delivered. */
	get events(): number {
		return this.#events;
	}

	/** Sealed segments that are not delivered. */
	get segments(): number {
		return this.#sealed.segments;
	}

	/** The last write or sync failed. */
	get failing(): boolean {
		return this.#failedAtMs !== undefined;
	}

	/** Above its quota. */
	get full(): boolean {
		return this.#files.bytes + this.#pendingBytes > this.#options.quotaBytes;
	}

	/** When the oldest undelivered segment was started; `undefined` when all is delivered. */
	get oldestMs(): number | undefined {
		const oldest = this.#sealed.oldest ?? this.#open;
		return oldest === undefined || this.#events === 0 ? undefined : createdAtMs(oldest.name);
	}

	/** Why a record would not be kept now; `undefined` when it would. */
	deferral(): Deferral | undefined {
		if (this.#closing !== undefined) return 'stopping';
		if (this.full) return 'full';
		if (this.#pauses()) return 'failing';
		return this.#pendingBytes > this.#options.pendingBytesMax ? 'busy' : undefined;
	}

	/** Keeps the records of one receipt, all or none of them. Their bytes are copied before this returns. */
	append(records: readonly LogRecord[]): Promise<Appended> {
		const refused = this.deferral();
		if (refused !== undefined) return Promise.resolve(refused);
		let settled: Promise<Appended> = Promise.resolve('synced');
		let group: Group | undefined;
		for (const record of records) {
			// One group for all of them: they are of one receipt, hence of one month.
			group ??= this.#groupFor(record);
			settled = group.add(record);
			this.#pendingBytes += recordBytes(record);
		}
		this.#pump ??= this.#commitAll();
		return settled;
	}

	/** What `next` would answer at once, without having it sealed for that. */
	get waiting(): SealedSegment | undefined {
		return this.#sealed.waiting;
	}

	/** The next sealed segment, oldest first; `undefined` once the log is closed and all were handed out. */
	next(): Promise<SealedSegment | undefined> {
		const segment = this.#sealed.next();
		this.#sealIfDue();
		return segment;
	}

	/**
	 * A segment's bytes, for readSegment.
	 *
	 * @throws SegmentUnreadable
	 */
	read(segment: SealedSegment): Promise<Buffer<ArrayBuffer>> {
		return this.#files.read(segment);
	}

	/** Forgets a segment that is stored elsewhere, and removes its file. */
	async remove(segment: SealedSegment): Promise<void> {
		await this.#files.remove(segment);
		this.#forget(segment);
	}

	/** Keeps a segment's file under another name, so that nothing waits for it any more. */
	async setAside(segment: SealedSegment): Promise<string> {
		const path = await this.#files.setAside(segment);
		this.#forget(segment);
		return path;
	}

	/** Seals what was appended before this call. While more is appended all the time, that may take long. */
	async seal(): Promise<void> {
		await this.#pump;
		await this.sealSynced();
	}

	/** Seals what is acknowledged, however busy the log is. */
	sealSynced(): Promise<void> {
		return this.#takeTurn(() => this.#sealOpen());
	}

	/** Resolves when every sealed segment was removed or set aside. */
	delivered(): Promise<void> {
		return this.#sealed.empty();
	}

	/** Takes no more records, syncs and seals those it has, and lets `next` come to its end. */
	close(): Promise<void> {
		this.#closing ??= this.seal().then(() => this.#sealed.close());
		return this.#closing;
	}

	/** The disk is left alone for a while after a failure. */
	#pauses(): boolean {
		if (this.#failedAtMs === undefined) return false;
		return performance.now() < this.#failedAtMs + this.#options.failurePauseMs;
	}

	#groupFor(record: LogRecord): Group {
		const month = monthOf(record.receivedAtMs);
		const last = this.#groups.at(-1);
		const fits = last !== undefined && last.month === month && last.bytes < this.#options.sealBytes;
		if (fits && last.events < this.#options.sealEvents) return last;
		const group = new Group(month, this.#expectedBytes);
		this.#groups.push(group);
		return group;
	}

	async #commitAll(): Promise<void> {
		await new Promise((resolve) => setTimeout(resolve, this.#options.commitDelayMs));
		for (let group = this.#groups.shift(); group !== undefined; group = this.#groups.shift()) {
			const committing = group;
			await this.#takeTurn(() => this.#commit(committing));
		}
		this.#pump = undefined;
	}

	async #commit(group: Group): Promise<void> {
		const start = performance.now();
		let appended: Appended = 'synced';
		try {
			if (this.#open !== undefined && !this.#fits(this.#open, group)) await this.#sealOpen();
			this.#open ??= await this.#files.create(this.#names.next(Date.now()), group.month);
			await this.#open.append(group);
			this.#startAging(this.#open);
			this.#files.bytes += group.bytes;
			this.#events += group.events;
			this.#failedAtMs = undefined;
			this.#options.onSynced((performance.now() - start) / 1000);
		} catch (error) {
			appended = 'failing';
			await this.#abandon(error);
		}
		this.#pendingBytes -= group.bytes;
		// Groups in a row are about as large as each other: each starts with the room that the last one took.
		this.#expectedBytes = Math.min(Math.max(group.bytes, groupBytesMin), groupBytesMax);
		group.settle(appended);
	}

	#fits(open: OpenSegment, group: Group): boolean {
		const { sealBytes, sealEvents } = this.#options;
		if (open.month !== group.month) return false;
		return open.bytes + group.bytes <= sealBytes && open.events + group.events <= sealEvents;
	}

	#startAging(open: OpenSegment): void {
		open.aging ??= setTimeout(() => {
			open.due = true;
			this.#sealIfDue();
		}, this.#options.sealAfterMs).unref();
	}

	/**
	 * Seals by age only while the deliverer waits for something to do: during an outage segments grow to their full size
	 * instead of becoming many, and there is never more than one insert in `sealAfterMs` at a low rate.
	 */
	#sealIfDue(): void {
		const open = this.#open;
		if (open?.due && this.#sealed.idle) void this.#takeTurn(() => this.#sealOpen(open));
	}

	/** Seals the open segment, or only `wanted` when given and still open. */
	async #sealOpen(wanted = this.#open): Promise<void> {
		const open = this.#open;
		if (open === undefined || open !== wanted) return;
		this.#open = undefined;
		await this.#release(await open.seal());
	}

	async #abandon(error: unknown): Promise<void> {
		const { logger, directory } = this.#options;
		this.#failedAtMs = performance.now();
		logger.error({ err: error, directory }, 'writing to the log failed; batches are told to come again later');
		const open = this.#open;
		this.#open = undefined;
		if (open !== undefined) await this.#release(await open.abandon());
	}

	/** Hands a segment to the deliverer; one without events is nothing to keep. */
	async #release(segment: SealedSegment): Promise<void> {
		if (segment.events > 0) this.#sealed.push(segment);
		else await this.#files.remove(segment);
	}

	#forget(segment: SealedSegment): void {
		this.#events -= segment.events;
		this.#sealed.forget(segment);
	}

	#takeTurn(work: () => Promise<void>): Promise<void> {
		const turn = this.#turn.then(work);
		this.#turn = turn.catch(() => {});
		return turn;
	}
}
