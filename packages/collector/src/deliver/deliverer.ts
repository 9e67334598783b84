import { setTimeout as sleep } from 'node:timers/promises';
import { WarehouseError } from '@footfall/warehouse';
import { LastingCondition } from '../lasting-condition.js';
import type { Logger } from '../logger.js';
import type { SealedSegment } from '../wal/open-segment.js';
import { SegmentUnreadable } from '../wal/segment-files.js';
import { AtLeastOnce } from './at-least-once.js';
import { type Backoff, backoffMs } from './backoff.js';
import { BlockBuilder } from './block/block-builder.js';
import { InsertPace } from './insert-pace.js';
import { type InsertParts, SegmentInserts, type SegmentResult } from './segment-inserts.js';

/** Dependencies of the deliverer. */
export interface DelivererParts extends Omit<InsertParts, 'pace'> {
	/** Minimum interval between two inserts that created a part, unless they are expedited, ms. */
	insertIntervalMs: number;
	logger: Logger;
	backoff: Backoff;
	/**
	 * Number of attempts that fail because of the segment itself, after which its rows are inserted around the rejected
	 * ones.
	 */
	refusalsMax: number;
}

/**
 * Delivers sealed segments to ClickHouse, at least once each: oldest first, one at a time, one segment per insert. A
 * segment is removed only after ClickHouse has confirmed it. Attempts are repeated for ever, except if ClickHouse
 * rejects the rows themselves repeatedly: these rows are quarantined. If that does not help, the file is quarantined. A
 * file that the system does not let this process read stays, and later segments are delivered until it can be read.
 *
 * Together with the look-up of inserts of unknown outcome and the idempotency keys of the rows, delivery at least once
 * results in each event being counted exactly once.
 */
export class Deliverer {
	readonly #parts: DelivererParts;
	readonly #pace: InsertPace;
	readonly #inserts: SegmentInserts;
	readonly #builder = new BlockBuilder();
	readonly #halted = new AbortController();
	readonly #finishing = new AbortController();
	/** Segments that were postponed, with the state of their delivery. */
	readonly #postponed = new Map<SealedSegment, AtLeastOnce>();
	readonly #postponing: LastingCondition;
	readonly #done: Promise<void>;

	constructor(parts: DelivererParts) {
		this.#parts = parts;
		this.#postponing = new LastingCondition(parts.logger, 'warn');
		this.#pace = new InsertPace(parts.insertIntervalMs);
		this.#inserts = new SegmentInserts({ ...parts, pace: this.#pace }, this.#builder);
		this.#done = this.#deliverAll().finally(() => this.#builder.close());
	}

	/**
	 * Resolves when everything in the closed WAL is delivered, or when the deliverer has stopped after `finish` or
	 * `halt`.
	 */
	get done(): Promise<void> {
		return this.#done;
	}

	/** Inserts without pauses until `work` has settled. */
	expedite(work: Promise<unknown>): Promise<void> {
		return this.#pace.expedite(work);
	}

	/** Makes the next failed attempt the last one. Undelivered segments stay in the WAL for the next start. */
	finish(): void {
		this.#finishing.abort();
		void this.expedite(this.#done.catch(() => {}));
	}

	/**
	 * Stops immediately. An insert in progress may still be stored; the next start looks it up before it inserts again.
	 */
	halt(): void {
		this.#halted.abort();
		this.finish();
	}

	async #deliverAll(): Promise<void> {
		const { wal } = this.#parts;
		for (let segment = await wal.next(); segment !== undefined; segment = await wal.next()) {
			if (!(await this.#deliver(segment))) return;
		}
	}

	/** @returns whether the next segment follows: this one was delivered, quarantined or postponed, or cannot be read */
	async #deliver(segment: SealedSegment): Promise<boolean> {
		const { backoff, wal } = this.#parts;
		const delivery = this.#postponed.get(segment) ?? new AtLeastOnce(segment);
		while (!this.#halted.signal.aborted) {
			const isLast = this.#finishing.signal.aborted;
			try {
				if (delivery.wentUnanswered) await this.#requirePing();
				await this.#attempt(segment, delivery);
				this.#resumed(segment);
				return true;
			} catch (error) {
				const outcome = delivery.failed(error);
				this.#parts.metrics.deliveryErrors.inc({ outcome });
				const pauseMs = backoffMs(delivery.failures, Math.random(), backoff);
				if (error instanceof SegmentUnreadable || error instanceof QuarantineFailed) {
					this.#postpone(segment, delivery, error);
					if (!isLast) wal.postpone(segment, pauseMs);
					return true;
				}
				this.#report(segment, outcome, delivery.failures, error);
				if (isLast) return false;
				await this.#pause(pauseMs);
			}
		}
		return false;
	}

	async #pause(pauseMs: number): Promise<void> {
		await sleep(pauseMs, undefined, { signal: this.#finishing.signal }).catch(() => {});
	}

	/** A ping first: during an outage it costs nothing, while a block takes time and memory to build. */
	async #requirePing(): Promise<void> {
		if (!(await this.#parts.warehouse.ping())) throw new WarehouseError('ClickHouse does not answer', 'refused');
	}

	#report(segment: SealedSegment, outcome: 'refused' | 'unknown', attempt: number, error: unknown): void {
		// Logged for the first attempt and every twentieth, so that an outage does not flood the log.
		if (attempt !== 1 && attempt % 20 !== 0) return;
		const fields = { err: error, segment: segment.name, attempt, outcome };
		this.#parts.logger.warn(fields, 'delivery failed; the segment stays in the write-ahead log and is retried');
	}

	/** The system is the cause, and may be short for many segments. The lines are therefore not one per segment. */
	#postpone(segment: SealedSegment, delivery: AtLeastOnce, err: Error): void {
		this.#postponed.set(segment, delivery);
		const fields = { err, segment: segment.name, segments: this.#postponed.size };
		this.#postponing.occurred(
			fields,
			err instanceof SegmentUnreadable
				? 'segments cannot be read at present; they stay in the write-ahead log and are read again later'
				: 'segments cannot be quarantined at present; they stay in the write-ahead log and are tried again later',
		);
	}

	#resumed(segment: SealedSegment): void {
		if (this.#postponed.delete(segment) && this.#postponed.size === 0)
			this.#postponing.ended('all segments that were postponed are delivered or quarantined');
	}

	async #attempt(segment: SealedSegment, { lookFirst, rejections, lastRejection }: AtLeastOnce): Promise<void> {
		if (rejections < this.#parts.refusalsMax) {
			const result = await this.#inserts.whole(segment, lookFirst);
			if (result !== undefined) return this.#settle(segment, result);
		}
		const reason = lastRejection || 'rejected before a restart of the collector';
		const result = await this.#inserts.around(segment, reason);
		if (result !== undefined) return this.#settle(segment, result);
		await this.#quarantine(segment, segment.events, new Error(reason));
	}

	async #settle(segment: SealedSegment, result: SegmentResult): Promise<void> {
		// After a halt, the directory may belong to another process. The next start looks rows up before it inserts.
		if (this.#halted.signal.aborted) return;
		const { wal, metrics, logger } = this.#parts;
		const missing = Math.max(0, segment.events - result.stored - result.quarantined);
		// First, since it may fail: a repeated attempt must not count the other rows again.
		if (result.refusedRecords > 0)
			await this.#quarantine(segment, missing, new Error('some batches could not be decoded'));
		metrics.stored.inc(result.stored);
		metrics.quarantined.inc(result.quarantined);
		metrics.cutFields.inc(result.cutFields);
		metrics.damagedRecords.inc(segment.recovered ? 0 : result.damaged);
		if (result.quarantined > 0) {
			const fields = { segment: segment.name, events: result.quarantined };
			logger.error(fields, 'ClickHouse rejected events; they are in events_quarantine with the reason');
		}
		if (result.refusedRecords > 0) return;
		metrics.damaged.inc(missing);
		await wal.remove(segment);
	}

	/**
	 * Quarantines the file of a segment.
	 *
	 * @throws QuarantineFailed when the file cannot be renamed
	 */
	async #quarantine(segment: SealedSegment, events: number, error: Error): Promise<void> {
		const { wal, metrics, logger } = this.#parts;
		const path = await wal.quarantine(segment, error.message).catch((cause: unknown) => {
			throw new QuarantineFailed('a segment that cannot be delivered could not be quarantined', { cause });
		});
		metrics.quarantined.inc(events);
		logger.error({ err: error, path, events }, 'this segment cannot be delivered; its file is quarantined');
	}
}

/** Thrown when the file of a segment cannot be renamed, such as on a file system that is read-only. */
class QuarantineFailed extends Error {}
