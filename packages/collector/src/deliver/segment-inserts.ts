import { type Warehouse, WarehouseError } from '@footfall/warehouse';
import { freeMemory } from '@footfall/warehouse/native';
import type { Metrics } from '../metrics.js';
import { monotonicNowMs } from '../monotonic-clock.js';
import type { SealedSegment } from '../wal/open-segment.js';
import type { Wal } from '../wal/wal.js';
import type { BlockBuilder } from './block/block-builder.js';
import type { BuiltBlock } from './block/block-request.js';
import type { RowRange } from './block/event-block.js';
import type { PropertyKeys } from './block/property-keys.js';
import { type Isolated, insertAround, type RangeOutcome } from './insert-around.js';
import type { InsertPace } from './insert-pace.js';
import { type EarlierAttempts, earlierAttempts, rangeLabel, rangesStored } from './stored-rows.js';

/** Dependencies of the inserts. */
export interface InsertParts {
	wal: Wal;
	warehouse: Warehouse;
	metrics: Metrics;
	/** Insert timeout, ms. An insert that times out has an unknown outcome. Look-ups have the same timeout. */
	insertMsMax: number;
	/** Maximum number of rows of one segment in the quarantine. */
	quarantinedMax: number;
	/** Counter of property keys, which gets those of every block. */
	propertyKeys: PropertyKeys;
	/** Maximum number of keys that are counted for one site. */
	propertyKeysMax: number;
	/** Determines when the next insert may begin. */
	pace: InsertPace;
}

/** A segment of this process that has had no attempt. */
const noAttempts: EarlierAttempts = { stored: false, attempt: 0 };

/** Result of delivering a segment. */
export interface SegmentResult extends Isolated {
	/** Number of records that this version rejects. */
	refusedRecords: number;
	/** Number of fields in details that were cut, or not taken. */
	cutFields: number;
	damaged: number;
}

/** Inserts one segment, as a whole or around the rows that ClickHouse rejects. Every other fault is thrown. */
export class SegmentInserts {
	readonly #parts: InsertParts;
	readonly #builder: BlockBuilder;
	/** The block of the next segment, built during the current insert. At most one, so that memory is limited. */
	#prepared: { segment: SealedSegment; block: Promise<BuiltBlock> } | undefined;

	constructor(parts: InsertParts, builder: BlockBuilder) {
		this.#parts = parts;
		this.#builder = builder;
	}

	/**
	 * Inserts the segment as one block.
	 *
	 * @param lookFirst whether an earlier attempt may have stored it, as a whole or in ranges
	 * @returns `undefined` if ranges of it are stored, so that it must not be inserted as a whole
	 */
	async whole(segment: SealedSegment, lookFirst: boolean): Promise<SegmentResult | undefined> {
		const { warehouse, insertMsMax } = this.#parts;
		const block = await this.#take(segment);
		if (block.rows > 0) {
			const { stored, attempt } = lookFirst
				? await earlierAttempts(warehouse, segment.name, block, insertMsMax)
				: noAttempts;
			if (!stored && lookFirst && (await rangesStored(warehouse, segment.name, block, insertMsMax))) return undefined;
			if (!stored) {
				this.#prepare();
				await this.#insert('events', segment.name, block, attempt);
			}
		}
		const { rows, refusedRecords, cutFields, damaged } = block;
		return { stored: rows, quarantined: 0, refusedRecords, cutFields, damaged };
	}

	/** @returns `undefined` if too many rows are rejected */
	async around(segment: SealedSegment, reason: string): Promise<SegmentResult | undefined> {
		const { rows, refusedRecords, cutFields, damaged } = await this.#build(segment, segment.name);
		const isolated = await insertAround(rows, reason, {
			insert: (range) => this.#insertRange(segment, range),
			quarantine: (range, why) => this.#quarantine(segment, range, why),
			quarantinedMax: this.#parts.quarantinedMax,
		});
		return isolated && { ...isolated, refusedRecords, cutFields, damaged };
	}

	async #insertRange(segment: SealedSegment, range: RowRange): Promise<RangeOutcome> {
		const label = rangeLabel(segment.name, range);
		const block = await this.#build(segment, label, range);
		// An earlier attempt may have stored this range.
		const { warehouse, insertMsMax } = this.#parts;
		const { stored, attempt } = await earlierAttempts(warehouse, label, block, insertMsMax);
		if (stored) return { stored: true };
		try {
			await this.#insert('events', label, block, attempt);
			return { stored: true };
		} catch (error) {
			if (error instanceof WarehouseError && error.isDataFault) return { stored: false, reason: error.message };
			throw error;
		}
	}

	async #quarantine(segment: SealedSegment, range: RowRange, reason: string): Promise<void> {
		const label = rangeLabel(segment.name, range);
		const block = await this.#build(segment, label, range, reason);
		await this.#insert('events_quarantine', `${label}/quarantine`, block);
	}

	#prepare(): void {
		const segment = this.#parts.wal.waiting;
		if (segment === undefined || segment === this.#prepared?.segment) return;
		const block = this.#build(segment, segment.name);
		// Its fault is reported to the caller that awaits the block.
		block.catch(() => {});
		this.#prepared = { segment, block };
	}

	#take(segment: SealedSegment): Promise<BuiltBlock> {
		const prepared = this.#prepared;
		if (prepared?.segment !== segment) return this.#build(segment, segment.name);
		this.#prepared = undefined;
		return prepared.block;
	}

	async #build(segment: SealedSegment, label: string, range?: RowRange, reason?: string): Promise<BuiltBlock> {
		const { wal, propertyKeys, propertyKeysMax } = this.#parts;
		const bytes = await wal.read(segment);
		const { hashKey } = propertyKeys;
		const request = { segment: segment.name, bytes, label, range, reason, propertyKeysMax, hashKey };
		const block = await this.#builder.build(request);
		propertyKeys.add(block.propertyKeys);
		return block;
	}

	/** @param attempt its number; undefined where a later attempt need not take its place */
	async #insert(table: string, queryId: string, block: BuiltBlock, attempt?: number): Promise<void> {
		const { warehouse, metrics, insertMsMax, pace } = this.#parts;
		await pace.untilNextInsert();
		const startMs = monotonicNowMs();
		// The query id makes the server refuse to run the same insert twice at the same time.
		const wasCut = await sendAgainIfCut(() =>
			warehouse.insertNative(table, block.columns, block.chunks, {
				queryId,
				...(attempt === undefined ? {} : { attempt }),
				msMax: insertMsMax,
			}),
		);
		pace.inserted(startMs);
		// A confirmed request was sent completely, so its memory can be freed. Parts of a cut request may still be in
		// sending.
		if (!wasCut) freeMemory(...block.chunks.map((chunk) => chunk.buffer));
		metrics.insertSeconds.observe((monotonicNowMs() - startMs) / 1000);
		metrics.ingestLagSeconds.observe(Math.max(0, Date.now() - block.firstReceivedMs) / 1000);
	}
}

/**
 * Repeats an insert once if its request was cut. A request that was cut in transit and is answered nevertheless looks
 * to ClickHouse like a short block. It is unlikely to be cut at the same position twice: only a block that is short
 * there again is itself at fault.
 *
 * @returns whether the first request was cut
 */
async function sendAgainIfCut(insert: () => Promise<void>): Promise<boolean> {
	const first = await shortageOf(insert);
	if (first === undefined) return false;
	const second = await shortageOf(insert);
	if (second === undefined) return true;
	throw second.message === first.message ? second : new WarehouseError(second.message, 'unknown', second.code);
}

/** ClickHouse's CANNOT_READ_ALL_DATA. The message contains how much was read. */
const shortBlock = 33;

/** Returns the error of a short block. Every other fault is thrown. */
async function shortageOf(insert: () => Promise<void>): Promise<WarehouseError | undefined> {
	try {
		await insert();
		return undefined;
	} catch (error) {
		if (error instanceof WarehouseError && error.code === shortBlock) return error;
		throw error;
	}
}
