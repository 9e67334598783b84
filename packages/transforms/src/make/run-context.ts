import { largeStatements, type Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/compile.js';
import type { HashKey } from '../store/hash-key.js';

/** The state that the steps of a run share. */
export interface RunContext {
	warehouse: Warehouse;
	project: Project;
	/** Number of the run. */
	run: bigint;
	/** Key of stored hashes, as parameters of every statement. */
	key: HashKey;
	/** The list of visitors and sites that the run leaves out, see store/left-out.ts. */
	list: bigint;
	/** Whether that list had any visitor or site at the start of the run. */
	leavesOut: boolean;
	/** Whether the published run has passed the same models and data tests. */
	isProven: boolean;
	/** Fraction of the usual number of events or rows per statement: 1, or less after one did not fit in memory. */
	share: number;
	/** Maximum number of runs whose rows readers see, see plan/compaction.ts. */
	seenRunsMax: number;
	/** Settings of every statement; slices of a large run have settings of their own, see statement-sizes.ts. */
	settings: Readonly<Record<string, number>>;
	/** The condition on rows of the raw table that existed when the run was planned, see `presentRowsCondition`. */
	present: string;
	/** Called at the end of each step with its name and duration. */
	onStep: (name: string, ms: number) => void;
	/** Settings that bound the next statement more closely than those of the run; absent for none. */
	bounds?: () => Record<string, number>;
	/** Maximum number of rows that a statement writes into a model; absent for any number. */
	rowsMax?: number;
}

/** The words with which a statement fails that would write more rows than it may. */
export const tooManyRows = 'more rows than a statement may write';

/** The end of an INSERT … SELECT … FROM (…) that fails if it would write more rows than it may. Pure. */
export const rowsBound = ({ rowsMax }: Pick<RunContext, 'rowsMax'>): string =>
	rowsMax === undefined ? '' : ` WHERE NOT throwIf(rowNumberInAllBlocks() >= ${rowsMax}, '${tooManyRows}')`;

/**
 * Settings of every statement of a run. They are explicit, because defaults differ between versions and profiles.
 * Aggregation and sorting go to disk beyond 160 MiB; slices have a limit of their own, see statement-sizes.ts. The
 * memory limit of 1 GiB leaves room for reading: FINAL holds a block of each part of the raw table, and a long history
 * has many parts, so blocks are small.
 */
export const runSettings: Readonly<Record<string, number>> = {
	async_insert: 0,
	insert_deduplicate: 0,
	max_memory_usage: 1024 * 1024 * 1024,
	preferred_block_size_bytes: 256 * 1024,
	max_bytes_before_external_group_by: 160 * 1024 * 1024,
	max_bytes_before_external_sort: 160 * 1024 * 1024,
	max_bytes_ratio_before_external_group_by: 0,
	max_bytes_ratio_before_external_sort: 0,
	do_not_merge_across_partitions_select_final: 0,
	// Safe for conditions on the raw table's key, which all receipts of an event share.
	optimize_move_to_prewhere_if_final: 1,
	join_use_nulls: 0,
	max_partitions_per_insert_block: 0,
	...largeStatements,
};

/** The settings of the next statement of a run. */
export const settingsOf = ({ settings, bounds }: Pick<RunContext, 'settings' | 'bounds'>): Record<string, number> => ({
	...settings,
	...bounds?.(),
});

/**
 * Resolves with the values of all promises. Rejects only after all have settled: a statement that is still running
 * would write rows of an abandoned run.
 */
export async function allOrThrow<T>(promises: readonly Promise<T>[]): Promise<T[]> {
	await Promise.allSettled(promises);
	return Promise.all(promises);
}

/**
 * Runs a statement as a step of the run.
 *
 * @param name `model`, or `model, detail`: the report adds times up by model
 * @param settings settings of this statement besides those of the run
 */
export async function step(
	context: RunContext,
	name: string,
	sql: string,
	settings: Record<string, number> = {},
): Promise<void> {
	const startedAt = performance.now();
	await context.warehouse.command(sql, {
		settings: { ...settingsOf(context), ...settings },
		params: { ...context.key },
	});
	context.onStep(name, performance.now() - startedAt);
}

/** Runs a query with the settings of the run. */
export async function ask<Row>(context: RunContext, sql: string): Promise<Row[]> {
	return context.warehouse.query<Row>(sql, { settings: settingsOf(context), params: { ...context.key } });
}
