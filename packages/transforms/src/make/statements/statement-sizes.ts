import { allOrThrow, ask, type RunContext, runSettings } from '../run-context.js';

/**
 * Sizes of the statements that compute slices of visitors. They follow the memory that the server may use, and bound
 * the memory of one statement: a larger slice takes less time for each event, and more memory.
 */
export interface StatementSizes {
	/** Maximum number of events of a slice. */
	sliceEvents: number;
	/**
	 * Maximum uncompressed size of these events in the raw table, bytes: one event may have between a hundred and sixty
	 * thousand bytes.
	 */
	sliceBytes: number;
	/** Memory beyond which a statement sorts and groups on disk, bytes. */
	spillBytes: number;
	/** Number of slices that are computed at the same time. */
	lanes: number;
}

const mebibyte = 1024 * 1024;

/** Sizes for a server with little memory, and for one that does not tell how much it has. */
const smallSizes: StatementSizes = {
	sliceEvents: 250_000,
	sliceBytes: 256 * mebibyte,
	spillBytes: 160 * mebibyte,
	lanes: 1,
};

/** Two statements of this size, with the models that are computed beside them, fit in half of the memory. */
const largeSizes: StatementSizes = {
	sliceEvents: 500_000,
	sliceBytes: 512 * mebibyte,
	spillBytes: 256 * mebibyte,
	lanes: 2,
};

const largeServerBytes = 3 * 1024 * mebibyte;

/** The sizes for a server. Pure. @param serverBytes the memory that it may use; undefined when that is not known */
export const sizesFor = (serverBytes: number | undefined): StatementSizes =>
	serverBytes !== undefined && serverBytes >= largeServerBytes ? largeSizes : smallSizes;

/** Settings of the statements of slices. Pure. */
export const settingsOfSlices = ({ spillBytes }: StatementSizes, lanes: number): RunContext['settings'] => ({
	...runSettings,
	max_bytes_before_external_group_by: spillBytes,
	max_bytes_before_external_sort: spillBytes,
	...(lanes > 1 ? { max_threads: 1 } : {}),
});

/**
 * The memory that the server may use. A run that fits in one small slice does not ask.
 *
 * @returns undefined when that is not known
 */
export async function serverMemoryBytes(
	context: RunContext,
	{ events, bytes }: { events: number; bytes: number },
): Promise<number | undefined> {
	const { sliceEvents, sliceBytes } = smallSizes;
	if (events <= sliceEvents * context.share && bytes <= sliceBytes * context.share) return undefined;
	// An account may have no right to see the server's settings.
	const rows = await ask<{ value: string }>(
		context,
		"SELECT value FROM system.server_settings WHERE name = 'max_server_memory_usage'",
	).catch(() => []);
	const limit = Number(rows[0]?.value ?? 0);
	return limit > 0 ? limit : undefined;
}

/**
 * Does work on all items, on at most `lanes` of them at the same time, in their order. After a failure it begins no
 * further item, and rejects once the others have ended.
 */
export async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
	const open = [...items];
	let hasFailed = false;
	const lane = async () => {
		for (let item = open.shift(); item !== undefined && !hasFailed; item = open.shift())
			await work(item).catch((error) => {
				hasFailed = true;
				throw error;
			});
	};
	await allOrThrow(Array.from({ length: lanes }, lane));
}
