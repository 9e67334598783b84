import { setTimeout as sleep } from 'node:timers/promises';
import { WarehouseError } from '@footfall/warehouse';
import type { Logger } from '../logger.js';
import type { SealedSegment } from '../wal/open-segment.js';
import { SegmentUnreadable } from '../wal/segment-files.js';
import { type Backoff, backoffMs } from './backoff.js';
import { BlockBuilder } from './block-builder.js';
import { InsertPace } from './insert-pace.js';
import { type InsertParts, SegmentInserts, type SegmentResult } from './segment-inserts.js';

/** What the deliverer works with. */
export interface DelivererParts extends Omit<InsertParts, 'pace'> {
	/** Least milliseconds from one insert that made a part to the next, while nobody is in a hurry. */
	insertIntervalMs: number;
	logger: Logger;
	backoff: Backoff;
	/** Attempts that fail by a segment's own fault, after which its rows are inserted around the bad ones. */
	refusalsMax: number;
}

/**
 * Brings sealed segments to ClickHouse, oldest first and one at a time: one segment is one insert. A segment is removed only
 * once ClickHouse has confirmed it, and is tried for ever, except when its rows themselves are refused again and again:
 * these go to the quarantine, and where that does not help, or the file cannot be read, the file is set aside.
 */
export class Deliverer {
	readonly #parts: DelivererParts;
	readonly #pace: InsertPace;
	readonly #inserts: SegmentInserts;
	readonly #builder = new BlockBuilder();
	readonly #halted = new AbortController();
	readonly #finishing = new AbortController();
	readonly #done: Promise<void>;

	constructor(parts: DelivererParts) {
		this.#parts = parts;
		this.#pace = new InsertPace(parts.insertIntervalMs);
		this.#inserts = new SegmentInserts({ ...parts, pace: this.#pace }, this.#builder);
		this.#done = this.#deliverAll().finally(() => this.#builder.close());
	}

	/** Resolves when everything in the closed log is delivered, or the deliverer has given up after `finish` or `halt`. */
	get done(): Promise<void> {
		return this.#done;
	}

	/** Inserts without pauses until `work` is over. */
	hurry(work: Promise<unknown>): Promise<void> {
		return this.#pace.hurry(work);
	}

	/** From now on a failed attempt is the last: what is not delivered stays in the log for the next start. */
	finish(): void {
		this.#finishing.abort();
		void this.hurry(this.#done.catch(() => {}));
	}

	/** Stops at once. An insert under way may still be stored; the next start looks before it inserts again. */
	halt(): void {
		this.#halted.abort();
		this.finish();
	}

	async #deliverAll(): Promise<void> {
		const { log } = this.#parts;
		for (let segment = await log.next(); segment !== undefined; segment = await log.next()) {
			if (!(await this.#deliver(segment))) return;
		}
	}

	/** @returns whether the segment is dealt with; `false` when it was given up */
	async #deliver(segment: SealedSegment): Promise<boolean> {
		const { backoff, refusalsMax } = this.#parts;
		const history: History = { lookFirst: segment.recovered, wentUnanswered: false, refusals: 0, lastRefusal: '' };
		for (let attempt = 1; !this.#halted.signal.aborted; attempt++) {
			const isLast = this.#finishing.signal.aborted;
			try {
				if (history.wentUnanswered) await this.#expectAnswer();
				await this.#attempt(segment, history);
				return true;
			} catch (error) {
				this.#learn(segment, attempt, history, error);
				const isUnreadable = error instanceof SegmentUnreadable && history.refusals >= refusalsMax;
				if (isUnreadable && (await this.#setAside(segment, segment.events, error))) return true;
			}
			if (isLast) return false;
			const pauseMs = backoffMs(attempt, Math.random(), backoff);
			await sleep(pauseMs, undefined, { signal: this.#finishing.signal }).catch(() => {});
		}
		return false;
	}

	/** Through an outage a ping costs nothing, whereas a block takes time and memory to be built in vain. */
	async #expectAnswer(): Promise<void> {
		if (!(await this.#parts.warehouse.ping())) throw new WarehouseError('no ClickHouse answers', 'refused');
	}

	#learn(segment: SealedSegment, attempt: number, history: History, error: unknown): void {
		const { outcome, atFault } = classify(error);
		history.lookFirst ||= outcome === 'unknown';
		history.wentUnanswered = !(error instanceof WarehouseError && error.code !== undefined);
		if (atFault) {
			history.refusals++;
			history.lastRefusal = error instanceof Error ? error.message : String(error);
		}
		this.#parts.metrics.deliveryErrors.inc({ outcome });
		// Once at first, then now and then: an outage is told, not shouted.
		if (attempt !== 1 && attempt % 20 !== 0) return;
		const fields = { err: error, segment: segment.name, attempt, outcome };
		this.#parts.logger.warn(fields, 'delivery failed; the segment stays in the log');
	}

	async #attempt(segment: SealedSegment, { lookFirst, refusals, lastRefusal }: History): Promise<void> {
		if (refusals < this.#parts.refusalsMax) {
			const result = await this.#inserts.whole(segment, lookFirst);
			if (result !== undefined) return this.#settle(segment, result);
		}
		const reason = lastRefusal || 'refused before a restart of the collector';
		const result = await this.#inserts.around(segment, reason);
		if (result !== undefined) return this.#settle(segment, result);
		await this.#setAside(segment, segment.events, new Error(reason));
	}

	async #settle(segment: SealedSegment, result: SegmentResult): Promise<void> {
		// Whoever halted us may have given the directory away; the next start looks before it inserts.
		if (this.#halted.signal.aborted) return;
		const { log, metrics, logger } = this.#parts;
		metrics.stored.inc(result.stored);
		metrics.quarantined.inc(result.quarantined);
		metrics.damagedRecords.inc(segment.recovered ? 0 : result.damaged);
		const missing = Math.max(0, segment.events - result.stored - result.quarantined);
		if (result.quarantined > 0) {
			const fields = { segment: segment.name, events: result.quarantined };
			logger.error(fields, 'ClickHouse refused events; they are in events_quarantine with the reason');
		}
		if (result.refusedRecords > 0) {
			await this.#setAside(segment, missing, new Error('some batches could not be decoded'));
			return;
		}
		metrics.damaged.inc(missing);
		await log.remove(segment);
	}

	/** Keeps the file under another name. @returns whether that was possible */
	async #setAside(segment: SealedSegment, events: number, error: unknown): Promise<boolean> {
		const { log, metrics, logger } = this.#parts;
		try {
			const path = await log.setAside(segment);
			metrics.quarantined.inc(events);
			logger.error({ err: error, path, events }, 'this segment cannot be delivered; it is set aside');
			return true;
		} catch (renameError) {
			logger.error({ err: renameError, segment: segment.name }, 'a segment at fault could not be set aside');
			return false;
		}
	}
}

/** What earlier attempts on a segment have taught. */
interface History {
	/** One of them may have stored it. */
	lookFirst: boolean;
	/** The last one had no answer of ClickHouse. */
	wentUnanswered: boolean;
	/** How often the segment itself was at fault, and why last. */
	refusals: number;
	lastRefusal: string;
}

/** ClickHouse's QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING: an earlier attempt is still at work. */
const sameQueryRunning = 216;

function classify(error: unknown): { outcome: 'refused' | 'unknown'; atFault: boolean } {
	if (error instanceof SegmentUnreadable) return { outcome: 'refused', atFault: true };
	if (!(error instanceof WarehouseError)) return { outcome: 'unknown', atFault: false };
	if (error.outcome === 'unknown' || error.code === sameQueryRunning) return { outcome: 'unknown', atFault: false };
	return { outcome: 'refused', atFault: error.isDataFault };
}
