import { LastingCondition } from '../lasting-condition.js';
import { monotonicNowMs } from '../monotonic-clock.js';
import { type Appended, type Backpressure, CommitGroup } from './commit-group.js';
import { monthOf } from './month.js';
import { NewSegments } from './new-segments.js';
import type { OpenSegment, SealedSegment } from './open-segment.js';
import { replay } from './replay.js';
import { SealedQueue } from './sealed-queue.js';
import { SegmentFiles } from './segment-files.js';
import { recordBytes, type WalRecord } from './segment-format.js';
import { SegmentNames } from './segment-name.js';
import type { WalOptions } from './wal-options.js';

/** Bounds of the initial buffer of a commit group, bytes. */
const groupBytesMin = 16_384;
const groupBytesMax = 4_194_304;

/**
 * The write-ahead log (WAL). Appended batches are acknowledged only once they are durable. Sealed segments are handed
 * out oldest first, and stay on disk until they are removed.
 *
 * Records that arrive during an fsync form the next commit group and share one write and fsync (group commit). A write
 * or fsync that fails never becomes a success: its records are answered `failing`, and their segment is not written to
 * again.
 */
export class Wal {
	readonly #options: WalOptions;
	readonly #names: SegmentNames;
	readonly #files: SegmentFiles;
	readonly #newSegments: NewSegments;
	readonly #sealed = new SealedQueue();
	readonly #groups: CommitGroup[] = [];
	#open: OpenSegment | undefined;
	#pendingBytes = 0;
	#expectedBytes = groupBytesMin;
	/** Durable events that are not delivered. */
	#events = 0;
	#pump: Promise<void> | undefined;
	/** Commits and seals run one after another on this chain. */
	#serialQueue: Promise<void> = Promise.resolve();
	/** Time of the last failed write or fsync, on the monotonic clock; `undefined` after a success. */
	#failedAtMs: number | undefined;
	readonly #writeFailure: LastingCondition;
	#closing: Promise<void> | undefined;
	/** Number of events and of damaged ranges found at the start. */
	readonly recovered: { events: number; damaged: number };

	private constructor(options: WalOptions, found: Awaited<ReturnType<typeof replay>>) {
		this.#options = options;
		this.#writeFailure = new LastingCondition(options.logger, 'error');
		this.#names = new SegmentNames([...found.segments.map((segment) => segment.name), ...found.quarantined]);
		this.#files = new SegmentFiles(options.fileSystem, options.directory, options.logger, found.quarantinedBytes);
		this.#newSegments = new NewSegments(this.#files, this.#names, options.logger);
		for (const segment of found.segments) {
			this.#files.bytes += segment.bytes;
			this.#events += segment.events;
			this.#sealed.push(segment);
		}
		this.recovered = { events: this.#events, damaged: found.damaged };
	}

	/**
	 * Opens the WAL in a directory that the caller owns. Segments of an earlier process are delivered first.
	 *
	 * @throws StartRefusal when the directory or a segment cannot be read
	 */
	static async open(options: WalOptions): Promise<Wal> {
		return new Wal(options, await replay(options));
	}

	/** Size of all segments on disk, bytes. */
	get bytes(): number {
		return this.#files.bytes;
	}

	/** Number of durable events that are not delivered. */
	get events(): number {
		return this.#events;
	}

	/** Number of sealed segments that are not delivered. */
	get segments(): number {
		return this.#sealed.segments;
	}

	/** Whether the last write or fsync failed. */
	get failing(): boolean {
		return this.#failedAtMs !== undefined;
	}

	/** Whether the WAL exceeds its maximum size. */
	get full(): boolean {
		return this.#files.bytes + this.#pendingBytes > this.#options.walBytes;
	}

	/** Time of receipt of the oldest undelivered record, milliseconds since 1970; `undefined` if all is delivered. */
	get oldestMs(): number | undefined {
		const oldest = this.#sealed.oldest ?? this.#open;
		return oldest === undefined || this.#events === 0 ? undefined : oldest.firstReceivedMs;
	}

	/** The reason why a record would not be accepted now; `undefined` if it would be. */
	backpressure(): Backpressure | undefined {
		if (this.#closing !== undefined) return 'stopping';
		if (this.full) return 'full';
		if (this.#pauses()) return 'failing';
		return this.#pendingBytes > this.#options.pendingBytesMax ? 'busy' : undefined;
	}

	/** Appends the records of one request, all or none of them. Their bytes are copied before this returns. */
	append(records: readonly WalRecord[]): Promise<Appended> {
		const refused = this.backpressure();
		if (refused !== undefined) return Promise.resolve(refused);
		let settled: Promise<Appended> = Promise.resolve('durable');
		let group: CommitGroup | undefined;
		for (const record of records) {
			// All records have the same time of receipt, hence the same month, so one group takes them all.
			group ??= this.#groupFor(record);
			settled = group.add(record);
			this.#pendingBytes += recordBytes(record);
		}
		this.#pump ??= this.#commitAll();
		return settled;
	}

	/** The segment that `next` would return immediately. Unlike `next`, this seals nothing. */
	get waiting(): SealedSegment | undefined {
		return this.#sealed.waiting;
	}

	/** The next sealed segment, oldest first; `undefined` once the WAL is closed and all were handed out. */
	next(): Promise<SealedSegment | undefined> {
		const segment = this.#sealed.next();
		this.#sealIfDue();
		return segment;
	}

	/**
	 * The bytes of a segment, for readSegment.
	 *
	 * @throws SegmentUnreadable
	 */
	read(segment: SealedSegment): Promise<Buffer<ArrayBuffer>> {
		return this.#files.read(segment);
	}

	/** Hands a segment out again after a pause of `pauseMs`, and meanwhile the segments behind it. */
	postpone(segment: SealedSegment, pauseMs: number): void {
		this.#sealed.postpone(segment, pauseMs);
	}

	/** Removes a delivered segment and its file. */
	async remove(segment: SealedSegment): Promise<void> {
		await this.#files.remove(segment);
		this.#forget(segment);
	}

	/**
	 * Quarantines a segment: renames its file, which is kept and not delivered, and keeps the reason in a file beside it.
	 *
	 * @returns the new path
	 */
	async quarantine(segment: SealedSegment, reason: string): Promise<string> {
		const path = await this.#files.quarantine(segment, reason);
		this.#forget(segment);
		return path;
	}

	/** Seals all records appended before this call. This may take long while more are appended continuously. */
	async seal(): Promise<void> {
		await this.#pump;
		await this.sealDurable();
	}

	/** Seals all acknowledged records, without waiting for those that are still pending. */
	sealDurable(): Promise<void> {
		return this.#serialize(() => this.#sealOpen());
	}

	/** Resolves when every sealed segment was removed or quarantined. */
	delivered(): Promise<void> {
		return this.#sealed.empty();
	}

	/** Refuses new records, commits and seals the pending ones, and lets `next` return `undefined` after the last. */
	close(): Promise<void> {
		this.#closing ??= this.seal()
			.then(() => this.#newSegments.end())
			.then(() => this.#sealed.close());
		return this.#closing;
	}

	/** Whether the pause after a failure lasts. */
	#pauses(): boolean {
		if (this.#failedAtMs === undefined) return false;
		return monotonicNowMs() < this.#failedAtMs + this.#options.failurePauseMs;
	}

	#groupFor(record: WalRecord): CommitGroup {
		const month = monthOf(record.receivedAtMs);
		const last = this.#groups.at(-1);
		const fits = last !== undefined && last.month === month && last.bytes < this.#options.sealBytes;
		if (fits && last.events < this.#options.sealEvents) return last;
		const group = new CommitGroup(month, this.#expectedBytes);
		this.#groups.push(group);
		return group;
	}

	async #commitAll(): Promise<void> {
		await new Promise((resolve) => setTimeout(resolve, this.#options.commitDelayMs));
		for (let group = this.#groups.shift(); group !== undefined; group = this.#groups.shift()) {
			const committing = group;
			await this.#serialize(() => this.#commit(committing));
		}
		this.#pump = undefined;
	}

	async #commit(group: CommitGroup): Promise<void> {
		const start = monotonicNowMs();
		let appended: Appended = 'durable';
		try {
			if (this.#open !== undefined && !this.#fits(this.#open, group)) await this.#sealOpen();
			this.#open ??= await this.#newSegments.take();
			await this.#open.append(group);
			this.#startAging(this.#open);
			this.#files.bytes += group.bytes;
			this.#events += group.events;
			this.#failedAtMs = undefined;
			this.#writeFailure.ended('writing to the WAL succeeds again');
			this.#options.onFsync((monotonicNowMs() - start) / 1000);
		} catch (error) {
			appended = 'failing';
			await this.#abandon(error);
		}
		this.#pendingBytes -= group.bytes;
		// Consecutive groups have similar sizes, so the next group starts with a buffer of this size.
		this.#expectedBytes = Math.min(Math.max(group.bytes, groupBytesMin), groupBytesMax);
		group.settle(appended);
		if (appended === 'durable') this.#newSegments.prepare();
	}

	#fits(open: OpenSegment, group: CommitGroup): boolean {
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
	 * Seals by age only while the deliverer is idle. During an outage, segments therefore grow to their full size
	 * instead of becoming numerous, and at a low rate there is at most one insert per `sealAfterMs`.
	 */
	#sealIfDue(): void {
		const open = this.#open;
		if (open?.due && this.#sealed.idle) void this.#serialize(() => this.#sealOpen(open));
	}

	/** Seals the open segment; with `wanted`, only if that segment is still the open one. */
	async #sealOpen(wanted = this.#open): Promise<void> {
		const open = this.#open;
		if (open === undefined || open !== wanted) return;
		this.#open = undefined;
		await this.#release(open.seal());
	}

	async #abandon(error: unknown): Promise<void> {
		this.#failedAtMs = monotonicNowMs();
		this.#writeFailure.occurred(
			{ err: error, directory: this.#options.directory },
			'writing to the WAL failed; senders get retry-later until a write succeeds',
		);
		const open = this.#open;
		this.#open = undefined;
		if (open !== undefined) await this.#release(await open.abandon());
	}

	/** Passes a segment to the deliverer; removes a segment without events. */
	async #release(segment: SealedSegment): Promise<void> {
		if (segment.events > 0) this.#sealed.push(segment);
		else await this.#files.remove(segment);
	}

	#forget(segment: SealedSegment): void {
		this.#events -= segment.events;
		this.#sealed.forget(segment);
	}

	#serialize(work: () => Promise<void>): Promise<void> {
		const done = this.#serialQueue.then(work);
		this.#serialQueue = done.catch(() => {});
		return done;
	}
}
