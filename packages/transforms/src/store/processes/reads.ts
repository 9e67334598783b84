import type { Warehouse } from '@footfall/warehouse';

/**
 * When dashboards last read the marts. Runs follow each other closely while a dashboard is in use, and are rare
 * otherwise. It is a table, because the process that serves the dashboard may be another one than the process that runs
 * the transforms.
 */
const readsTable = 'transform_reads';

/** Time after a read for which a dashboard counts as in use, milliseconds. */
const readingMs = 60_000;
/** Interval at which a process records reads, milliseconds. */
const recordEveryMs = 15_000;
/** Interval at which a process looks for reads that other processes have recorded, milliseconds. */
const lookEveryMs = 1_000;

const createReadsTable = `CREATE TABLE IF NOT EXISTS ${readsTable}
(
    read_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When a dashboard answered a request'
)
ENGINE = MergeTree ORDER BY read_at TTL toDateTime(read_at) + INTERVAL 1 HOUR`;

/** Reads of the marts, of this process and of others. */
export interface Reads {
	/** Records that a dashboard reads now. */
	note(): void;
	/** Whether a dashboard has read within the last minute. It never rejects: an error of the server counts as no. */
	isReading(): Promise<boolean>;
}

/**
 * Follows the reads of the marts.
 *
 * @param warehouse a connection that may create the table. If it may not, other processes do not learn of the reads.
 */
export function followReads(warehouse: Warehouse): Reads {
	let notedAtMs = Number.NEGATIVE_INFINITY;
	let recordedAtMs = Number.NEGATIVE_INFINITY;
	let lookedAtMs = Number.NEGATIVE_INFINITY;
	let wasReading = false;
	let isTableMade = false;
	const withTable = async <T>(work: (warehouse: Warehouse) => Promise<T>): Promise<T> => {
		if (!isTableMade) await warehouse.command(createReadsTable);
		isTableMade = true;
		return work(warehouse);
	};
	return {
		note() {
			notedAtMs = performance.now();
			if (notedAtMs - recordedAtMs < recordEveryMs) return;
			recordedAtMs = notedAtMs;
			void withTable(record).catch(() => undefined);
		},
		async isReading() {
			const nowMs = performance.now();
			if (nowMs - notedAtMs < readingMs) return true;
			if (nowMs - lookedAtMs < lookEveryMs) return wasReading;
			lookedAtMs = nowMs;
			wasReading = await withTable(lookUp).catch(() => false);
			return wasReading;
		},
	};
}

async function record(warehouse: Warehouse): Promise<void> {
	await warehouse.command(`INSERT INTO ${readsTable} (read_at) SELECT now64(3)`, { settings: { async_insert: 0 } });
}

async function lookUp(warehouse: Warehouse): Promise<boolean> {
	const [row] = await warehouse.query<{ reads: string }>(
		`SELECT count() AS reads FROM ${readsTable} WHERE read_at > now64(3) - INTERVAL ${readingMs} MILLISECOND`,
	);
	return Number(row?.reads ?? 0) > 0;
}
