import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { type Warehouse, WarehouseError } from '@footfall/warehouse';
import type { SegmentLog } from '../log/log.js';
import type { SealedSegment } from '../log/open-segment.js';
import { SegmentUnreadable } from '../log/segment-files.js';
import type { LogRecord } from '../log/segment-format.js';
import type { Logger } from '../logger.js';
import type { Metrics } from '../metrics.js';
import { type Backoff, backoffMs } from './backoff.js';
import { type EventBlock, EventBlockBuilder } from './event-block.js';
import { rowsStored } from './stored-rows.js';

/** What the deliverer works with. */
export interface DelivererParts {
	log: SegmentLog;
	warehouse: Warehouse;
	metrics: Metrics;
	logger: Logger;
	backoff: Backoff;
	/** Attempts that fail by a segment's own fault after which it is set aside. */
	refusalsMax: number;
	/** Milliseconds after which an insert without an answer counts as one of unknown outcome. */
	insertMsMax: number;
}

/**
 * Brings sealed segments to ClickHouse, oldest first and one at a time: one segment is one insert. A segment is removed only
 * once ClickHouse has confirmed it, and is tried for ever, except when its rows themselves are refused again and again.
 */
export class Deliverer {
	readonly #parts: DelivererParts;
	readonly #halted = new AbortController();
	readonly #finishing = new AbortController();
	readonly #done: Promise<void>;

	constructor(parts: DelivererParts) {
		this.#parts = parts;
		this.#done = this.#deliverAll();
	}

	/** Resolves when everything in the closed log is delivered, or the deliverer has given up after `finish` or `halt`. */
	get done(): Promise<void> {
		return this.#done;
	}

	/** From now on a failed attempt is the last: what is not delivered stays in the log for the next start. */
	finish(): void {
		this.#finishing.abort();
	}

	/** Stops at once. An insert under way may still be stored; the next start looks before it inserts again. */
	halt(): void {
		this.#halted.abort();
		this.#finishing.abort();
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
		let lookFirst = segment.recovered;
		let refusals = 0;
		for (let attempt = 1; !this.#halted.signal.aborted; attempt++) {
			const isLast = this.#finishing.signal.aborted;
			try {
				await this.#attempt(segment, lookFirst);
				return true;
			} catch (error) {
				const failure = classify(error);
				lookFirst ||= failure.outcome === 'unknown';
				if (failure.segmentAtFault) refusals++;
				this.#report(segment, attempt, failure.outcome, error);
				if (refusals >= refusalsMax && (await this.#setAside(segment, error))) return true;
			}
			if (isLast) return false;
			await sleep(backoffMs(attempt, Math.random(), backoff), undefined, { signal: this.#finishing.signal }).catch(
				() => {},
			);
		}
		return false;
	}

	#report(segment: SealedSegment, attempt: number, outcome: 'refused' | 'unknown', error: unknown): void {
		this.#parts.metrics.deliveryErrors.inc({ outcome });
		// Once at first, then now and then: an outage is told, not shouted.
		if (attempt !== 1 && attempt % 20 !== 0) return;
		const fields = { err: error, segment: segment.name, attempt, outcome };
		this.#parts.logger.warn(fields, 'delivery failed; the segment stays in the log');
	}

	async #attempt(segment: SealedSegment, lookFirst: boolean): Promise<void> {
		const { log, warehouse, metrics } = this.#parts;
		const content = await log.read(segment);
		const block = await buildBlock(content.records, segment.name);
		const stored = block.rows === 0 || (lookFirst && (await rowsStored(warehouse, segment.name, block)));
		if (!stored) await this.#insert(segment.name, block);
		// Whoever halted us may have given the directory away; the next start looks before it inserts.
		if (this.#halted.signal.aborted) return;
		metrics.stored.inc(block.rows);
		metrics.damaged.inc(Math.max(0, segment.events - block.rows));
		metrics.damagedRecords.inc(segment.recovered ? 0 : content.damaged);
		if (block.refusedRecords > 0) await this.#keep(segment, block.refusedRecords);
		else await log.remove(segment);
	}

	async #insert(segment: string, block: EventBlock): Promise<void> {
		const { warehouse, metrics, insertMsMax } = this.#parts;
		const end = metrics.insertSeconds.startTimer();
		// The segment's name as query id: the server itself refuses to run the same insert twice at once.
		const inserted = warehouse.insertNative('events', block.columns, block.chunks, { queryId: segment });
		await withinTime(inserted, insertMsMax);
		end();
	}

	async #setAside(segment: SealedSegment, error: unknown): Promise<boolean> {
		const { log, metrics, logger } = this.#parts;
		try {
			const path = await log.setAside(segment);
			metrics.poison.inc(segment.events);
			logger.error({ err: error, path, events: segment.events }, 'this segment cannot be delivered; it is set aside');
			return true;
		} catch (renameError) {
			logger.error({ err: renameError, segment: segment.name }, 'a segment at fault could not be set aside');
			return false;
		}
	}

	/** Some frames were acknowledged by an earlier version and are not understood by this one: their file stays. */
	async #keep(segment: SealedSegment, records: number): Promise<void> {
		const path = await this.#parts.log.setAside(segment);
		this.#parts.logger.error({ path, records }, 'some batches could not be decoded; their segment is kept');
	}
}

/** Batches turned into rows before pages get their turn again: a few milliseconds' work. */
const recordsPerTurn = 32;

async function buildBlock(records: readonly LogRecord[], segment: string): Promise<EventBlock> {
	const builder = new EventBlockBuilder(segment);
	for (const [index, record] of records.entries()) {
		if (index % recordsPerTurn === recordsPerTurn - 1) await nextTurn();
		builder.add(record);
	}
	return builder.finish();
}

/** ClickHouse's QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING: an earlier attempt is still at work. */
const sameQueryRunning = 216;

function classify(error: unknown): { outcome: 'refused' | 'unknown'; segmentAtFault: boolean } {
	if (error instanceof SegmentUnreadable) return { outcome: 'refused', segmentAtFault: true };
	if (!(error instanceof WarehouseError)) return { outcome: 'unknown', segmentAtFault: false };
	if (error.outcome === 'unknown' || error.code === sameQueryRunning)
		return { outcome: 'unknown', segmentAtFault: false };
	return { outcome: 'refused', segmentAtFault: error.isDataFault };
}

/** A connection that is cut without a word would otherwise hold up delivery until TCP gives up. */
async function withinTime(inserted: Promise<void>, msMax: number): Promise<void> {
	const timer = new AbortController();
	const late = sleep(msMax, undefined, { signal: timer.signal }).then(
		() => Promise.reject(new WarehouseError(`no answer within ${msMax} ms`, 'unknown')),
		() => {},
	);
	inserted.catch(() => {});
	await Promise.race([inserted, late]).finally(() => timer.abort());
}
