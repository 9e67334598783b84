import type { Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/compile.js';
import type { HashKey } from '../store/hash-key.js';

/** What the steps of a run share. */
export interface RunContext {
	warehouse: Warehouse;
	project: Project;
	/** Its number. */
	run: bigint;
	/** Parameters of every statement. */
	key: HashKey;
	/** The list of visitors and sites that it leaves out, see left-out.ts. */
	list: bigint;
	/** Whether models and data tests are those that the published run has passed. */
	isProven: boolean;
	/** Part of the usual number of events or rows that one statement works on: 1, or less after one did not fit in memory. */
	share: number;
	/** Told when a step is done. */
	onStep: (name: string, ms: number) => void;
}

/**
 * Explicit, because defaults differ between versions and profiles. What does not fit goes to disk; the bound of memory is above
 * that, for reading: FINAL holds a block of each part of the raw table, which are many in a long history, so blocks are small.
 */
export const runSettings = {
	async_insert: 0,
	insert_deduplicate: 0,
	max_memory_usage: 1024 * 1024 * 1024,
	preferred_block_size_bytes: 256 * 1024,
	max_bytes_before_external_group_by: 160 * 1024 * 1024,
	max_bytes_before_external_sort: 160 * 1024 * 1024,
	max_bytes_ratio_before_external_group_by: 0,
	max_bytes_ratio_before_external_sort: 0,
	do_not_merge_across_partitions_select_final: 0,
	// Of the conditions on the raw table's key, which all receipts of an event share.
	optimize_move_to_prewhere_if_final: 1,
	join_use_nulls: 0,
	max_partitions_per_insert_block: 0,
	// Units of years can be in one condition.
	max_query_size: 4 * 1024 * 1024,
	max_ast_elements: 500_000,
	max_expanded_ast_elements: 2_000_000,
};

/**
 * Resolves with the values of all promises. Rejects only after all have settled: a statement that is still running
 * would write rows of an abandoned run.
 */
export async function allOrThrow<T>(promises: readonly Promise<T>[]): Promise<T[]> {
	await Promise.allSettled(promises);
	return Promise.all(promises);
}

/** Runs a statement as a step. */
export async function step(context: RunContext, name: string, sql: string): Promise<void> {
	const startedAt = performance.now();
	await context.warehouse.command(sql, { settings: runSettings, params: { ...context.key } });
	context.onStep(name, performance.now() - startedAt);
}

export async function ask<Row>(context: RunContext, sql: string): Promise<Row[]> {
	return context.warehouse.query<Row>(sql, { settings: runSettings, params: { ...context.key } });
}
