import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { eventColumns, type Warehouse, WarehouseError } from '@footfall/warehouse';
import type { Piece } from './chunk-maker.js';
import { makeChunks } from './chunk-pool.js';
import { chunkOf, type HistoryOptions, planHistory, segmentOf } from './plan.js';
import type { HistoryResult, HistoryRun } from './progress.js';

const columns = eventColumns.map(({ name }) => name);
/** Inserts under way at the same time. */
const insertsMax = 2;
const insertTries = 3;
/** No two rows of a block are the same event's, but for copies, which collapse later as they do everywhere. */
const settings = { optimize_on_insert: 0 };

/**
 * Makes a history straight into `events`. Run again, it goes on where it was stopped or killed: the last chunks that are there are
 * sent once more, and their rows collapse with those that are.
 */
export async function historyToWarehouse(
	options: HistoryOptions,
	warehouse: Warehouse,
	{ threads = Math.min(4, availableParallelism()), onProgress, signal }: HistoryRun = {},
): Promise<HistoryResult> {
	const plan = planHistory(options);
	const { chunks } = plan;
	const chunksBefore = await wholeChunks(warehouse, plan);
	let rows = 0;
	let chunksDone = chunksBefore;
	const underWay: Promise<void>[] = [];
	for await (const made of makeChunks({ options, form: { kind: 'block' } }, chunks.slice(chunksBefore), threads)) {
		for await (const piece of made) {
			if (underWay.length >= insertsMax) await underWay.shift();
			const sending = send(warehouse, piece);
			sending.catch(() => undefined);
			underWay.push(sending);
			rows += piece.rows;
		}
		chunksDone++;
		onProgress?.({ chunksDone, chunks: chunks.length, rows });
		if (signal?.aborted) break;
	}
	await Promise.all(underWay);
	return { rows, chunksBefore, isWhole: chunksDone === chunks.length };
}

/** Inserts go out in order, so all but the last few chunks that have rows are whole. */
async function wholeChunks(warehouse: Warehouse, plan: ReturnType<typeof planHistory>): Promise<number> {
	const [row] = await warehouse.query<{ latest: string }>(
		'SELECT max(segment) AS latest FROM events WHERE segment >= {first:String} AND segment <= {last:String}',
		{ params: { first: segmentOf(plan, 0), last: segmentOf(plan, plan.chunks.length) } },
	);
	return row?.latest ? Math.max(0, chunkOf(row.latest) - insertsMax) : 0;
}

/** Sending a block again is no harm: its rows have the same ids and times of receipt. */
async function send(warehouse: Warehouse, { bytes }: Piece): Promise<void> {
	for (let tries = 1; ; tries++) {
		try {
			await warehouse.insertNative('events', columns, bytes, { queryId: randomUUID(), settings });
			return;
		} catch (error) {
			const mayPass = error instanceof WarehouseError && error.outcome === 'unknown';
			if (!mayPass || tries === insertTries) throw error;
		}
	}
}
