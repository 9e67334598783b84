import { type Warehouse, WarehouseError } from '@footfall/warehouse';
import { freeMemory } from '@footfall/warehouse/native';
import type { Metrics } from '../metrics.js';
import type { SealedSegment } from '../wal/open-segment.js';
import type { SegmentLog } from '../wal/wal.js';
import type { BlockBuilder } from './block-builder.js';
import type { BuiltBlock } from './block-request.js';
import type { RowRange } from './event-block.js';
import { type Isolated, insertAround, type RangeOutcome } from './insert-around.js';
import type { InsertPace } from './insert-pace.js';
import type { PropertyKeys } from './property-keys.js';
import { rangeLabel, rangesStored, rowsStored } from './stored-rows.js';

/** What the inserts work with. */
export interface InsertParts {
	log: SegmentLog;
	warehouse: Warehouse;
	metrics: Metrics;
	/** Milliseconds after which an insert without an answer counts as one of unknown outcome, and a look-up has failed. */
	insertMsMax: number;
	/** Rows of one segment that may go to the quarantine. */
	quarantinedMax: number;
	/** Hears of the keys of every block. */
	propertyKeys: PropertyKeys;
	/** Keys of one site that are told apart. */
	propertyKeysMax: number;
	/** When the next insert may begin. */
	pace: InsertPace;
}

/** What became of a segment's rows. */
export interface SegmentResult extends Isolated {
	/** Records that this version does not take. */
	refusedRecords: number;
	damaged: number;
}

/** Inserts one segment: as a whole, or around the rows that ClickHouse refuses. Every fault is thrown. */
export class SegmentInserts {
	readonly #parts: InsertParts;
	readonly #builder: BlockBuilder;
	/** The block of the segment that comes next, built while the one before is inserted. At most one, so that memory is bounded. */
	#prepared: { segment: SealedSegment; block: Promise<BuiltBlock> } | undefined;

	constructor(parts: InsertParts, builder: BlockBuilder) {
		this.#parts = parts;
		this.#builder = builder;
	}

	/**
	 * One block, one insert.
	 *
	 * @param lookFirst an earlier attempt may have stored it, whole or in ranges
	 * @returns `undefined` when ranges of it are stored already, so that it must not be inserted as a whole
	 */
	async whole(segment: SealedSegment, lookFirst: boolean): Promise<SegmentResult | undefined> {
		const { warehouse, insertMsMax } = this.#parts;
		const block = await this.#take(segment);
		if (block.rows > 0) {
			const stored = lookFirst && (await rowsStored(warehouse, segment.name, block, insertMsMax)) >= block.rows;
			if (!stored && lookFirst && (await rangesStored(warehouse, segment.name, block, insertMsMax))) return undefined;
			if (!stored) {
				this.#prepare();
				await this.#insert('events', segment.name, block);
			}
		}
		return { stored: block.rows, quarantined: 0, refusedRecords: block.refusedRecords, damaged: block.damaged };
	}

	/** @returns `undefined` when too many rows are refused */
	async around(segment: SealedSegment, reason: string): Promise<SegmentResult | undefined> {
		const { rows, refusedRecords, damaged } = await this.#build(segment, segment.name);
		const isolated = await insertAround(rows, reason, {
			insert: (range) => this.#insertRange(segment, range),
			quarantine: (range, why) => this.#quarantine(segment, range, why),
			quarantinedMax: this.#parts.quarantinedMax,
		});
		return isolated && { ...isolated, refusedRecords, damaged };
	}

	async #insertRange(segment: SealedSegment, range: RowRange): Promise<RangeOutcome> {
		const label = rangeLabel(segment.name, range);
		const block = await this.#build(segment, label, range);
		// An earlier attempt may have come as far as this.
		const { warehouse, insertMsMax } = this.#parts;
		if ((await rowsStored(warehouse, label, block, insertMsMax)) >= block.rows) return { stored: true };
		try {
			await this.#insert('events', label, block);
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
		const segment = this.#parts.log.waiting;
		if (segment === undefined || segment === this.#prepared?.segment) return;
		const block = this.#build(segment, segment.name);
		// Whoever takes it hears of its fault.
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
		const { log, propertyKeys, propertyKeysMax } = this.#parts;
		const bytes = await log.read(segment);
		const { hashKey } = propertyKeys;
		const request = { segment: segment.name, bytes, label, range, reason, propertyKeysMax, hashKey };
		const block = await this.#builder.build(request);
		propertyKeys.add(block.propertyKeys);
		return block;
	}

	async #insert(table: string, queryId: string, block: BuiltBlock): Promise<void> {
		const { warehouse, metrics, insertMsMax, pace } = this.#parts;
		await pace.turn();
		const startMs = performance.now();
		// The query id: the server itself refuses to run the same insert twice at once.
		const wasCut = await sendAgainIfCut(() =>
			warehouse.insertNative(table, block.columns, block.chunks, { queryId, msMax: insertMsMax }),
		);
		pace.made(startMs);
		// Confirmed, so all of it was sent. Of a request that was cut some may still be on its way out.
		if (!wasCut) freeMemory(...block.chunks.map((chunk) => chunk.buffer));
		metrics.insertSeconds.observe((performance.now() - startMs) / 1000);
		metrics.ingestLagSeconds.observe(Math.max(0, Date.now() - block.firstReceivedMs) / 1000);
	}
}

/**
 * A request that was cut on its way, and is answered nevertheless, looks to ClickHouse like a block that is short. But it is
 * hardly cut at the same place twice: only a block that is short there again is itself at fault.
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

/** ClickHouse's CANNOT_READ_ALL_DATA; the message says how much was read. */
const shortBlock = 33;

/** What ClickHouse misses of a block. Every other fault is thrown. */
async function shortageOf(insert: () => Promise<void>): Promise<WarehouseError | undefined> {
	try {
		await insert();
		return undefined;
	} catch (error) {
		if (error instanceof WarehouseError && error.code === shortBlock) return error;
		throw error;
	}
}
