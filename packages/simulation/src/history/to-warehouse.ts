import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { eventColumns, type Warehouse, WarehouseError } from '@footfall/warehouse';
import type { Piece } from './chunk-maker.js';
import { makeChunks } from './chunk-pool.js';
import { chunkOf, type HistoryOptions, planHistory, segmentOf } from './plan.js';
import type { HistoryResult, HistoryRun } from './progress.js';

const columns = eventColumns.map(({ name }) => name);
/** Maximum number of concurrent inserts. */
const insertsMax = 2;
/** Maximum number of attempts of an insert. */
const insertTries = 3;
/** Rows of a block have distinct events, except for copies, which merges collapse, so inserts need not do that. */
const settings = { optimize_on_insert: 0 };

/**
 * Writes a history to `events`. After a stop or a kill, another call resumes it: it inserts the last chunks again,
 * whose rows collapse with the existing ones.
 */
export async function historyToWarehouse(
	options: HistoryOptions,
	warehouse: Warehouse,
	{ threads = Math.min(4, availableParallelism()), onProgress, signal }: HistoryRun = {},
): Promise<HistoryResult> {
	const plan = planHistory(options);
	const { chunks } = plan;
	const chunksBefore = await completeChunks(warehouse, plan);
	let rows = 0;
	let chunksDone = chunksBefore;
	const inserts: Promise<void>[] = [];
	for await (const made of makeChunks({ options, form: { kind: 'block' } }, chunks.slice(chunksBefore), threads)) {
		for await (const piece of made) {
			if (inserts.length >= insertsMax) await inserts.shift();
			const sending = send(warehouse, piece);
			sending.catch(() => undefined);
			inserts.push(sending);
			rows += piece.rows;
		}
		chunksDone++;
		onProgress?.({ chunksDone, chunks: chunks.length, rows });
		if (signal?.aborted) break;
	}
	await Promise.all(inserts);
	return { rows, chunksBefore, isWhole: chunksDone === chunks.length };
}

/** Number of complete chunks. Inserts are sent in order, so all chunks with rows except the last few are complete. */
async function completeChunks(warehouse: Warehouse, plan: ReturnType<typeof planHistory>): Promise<number> {
	const [row] = await warehouse.query<{ latest: string }>(
		'SELECT max(segment) AS latest FROM events WHERE segment >= {first:String} AND segment <= {last:String}',
		{ params: { first: segmentOf(plan, 0), last: segmentOf(plan, plan.chunks.length) } },
	);
	return row?.latest ? Math.max(0, chunkOf(row.latest) - insertsMax) : 0;
}

/** Inserts a block. A retry is harmless, since the rows have the same ids and times of receipt. */
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
