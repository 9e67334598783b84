import { reasonOf, WarehouseError } from '@footfall/warehouse';
import type { OwnFile } from '../../compile/model.js';
import { placeOf } from '../../compile/own/place-of.js';
import type { OwnLimits } from '../../compile/project.js';
import { runSettings, tooManyRows } from '../run-context.js';

/** A fault of an own model, with its place and the remedy. The run goes on without the model. */
export class OwnModelFault extends Error {
	override name = 'OwnModelFault';
}

/** The time of a run for own models is over. The next run computes first what this one has not. */
class OwnDeferral extends Error {
	override name = 'OwnDeferral';
}

/**
 * The time that own models may take together in one run, of which several kinds of work have one each. It begins with
 * the first piece of work, which therefore has as long as any piece may take.
 */
export interface OwnBudget {
	/** When it ends, on the clock of `performance.now`; undefined before the first piece of work. */
	endAtMs: number | undefined;
}

/** Number of threads of a statement: the models of this package, the collector and readers need the others. */
const threadsMax = 2;
/** Maximum size of the temporary files of a statement, bytes. */
const temporaryBytesMax = 4 * 2 ** 30;
/**
 * Maximum speed at which a statement writes to the disk, bytes per second, temporary files included. Together with its
 * time this bounds what it writes: ClickHouse has no bound on the bytes of an INSERT … SELECT, and a sum of them in the
 * statement would hold all rows in memory.
 */
const writtenBytesPerSecondMax = 64 * 2 ** 20;
/** Maximum number of rows that a statement writes, which reads at most 250,000 events or one large day. */
export const rowsMaxDefault = 20_000_000;

/**
 * The settings of the statements of one own model, which together may take so long.
 *
 * @param budget of all models of the run; undefined where an operator waits for the result
 */
export function boundsOf(
	{ file }: OwnFile,
	{ seconds, memoryBytes }: OwnLimits,
	budget?: OwnBudget,
): () => Record<string, number> {
	const ownEndAtMs = performance.now() + seconds * 1_000;
	if (budget !== undefined) budget.endAtMs ??= ownEndAtMs;
	const endAtMs = Math.min(ownEndAtMs, budget?.endAtMs ?? ownEndAtMs);
	const spillBytes = Math.floor(Math.min(Number(runSettings.max_bytes_before_external_sort), memoryBytes / 3));
	return () => {
		const leftSeconds = Math.ceil((endAtMs - performance.now()) / 1_000);
		if (leftSeconds <= 0 && endAtMs < ownEndAtMs) throw new OwnDeferral();
		if (leftSeconds <= 0) throw new OwnModelFault(`${file}: ${tooLong(seconds)}`);
		return {
			max_execution_time: leftSeconds,
			max_threads: threadsMax,
			max_memory_usage: memoryBytes,
			max_bytes_before_external_group_by: spillBytes,
			max_bytes_before_external_sort: spillBytes,
			max_temporary_data_on_disk_size_for_query: temporaryBytesMax,
			max_local_write_bandwidth: writtenBytesPerSecondMax,
		};
	};
}

const tooLong = (seconds: number) =>
	`a run took longer than ${seconds} s for this model; let it read or group less, or raise --model-seconds`;

const timeoutExceeded = 159;
const tooSlow = 160;
const memoryLimit = 241;
const thrown = 395;

const isTimeout = (error: unknown): boolean =>
	error instanceof WarehouseError && (error.code === timeoutExceeded || error.code === tooSlow);

/**
 * The words of a model, or of a data test, that the run had no time for; undefined if something else has failed. Pure.
 *
 * @param bounds of its statements
 */
export function deferralOf(
	error: unknown,
	{ file }: OwnFile,
	{ seconds }: OwnLimits,
	bounds: () => Record<string, number>,
): string | undefined {
	if (!(error instanceof OwnDeferral) && !(isTimeout(error) && isOver(bounds))) return undefined;
	return `${file}: the other models of the project folder took the ${seconds} s that a run has for them; the next run begins with this one`;
}

/** Whether the time of the run, and not that of the model, is over. */
function isOver(bounds: () => Record<string, number>): boolean {
	try {
		bounds();
		return false;
	} catch (error) {
		return error instanceof OwnDeferral;
	}
}

/**
 * The fault of an own model from the error of one of its statements: its place, and what ClickHouse said. Pure.
 *
 * @param linesBefore number of lines of the statement before the first line of the model's SELECT
 * @param error no failure of the server
 * @returns undefined for errors of this program
 */
export function faultOf(error: unknown, own: OwnFile, limits: OwnLimits, linesBefore: number): string | undefined {
	if (error instanceof OwnModelFault) return error.message;
	if (!(error instanceof WarehouseError)) return undefined;
	if (isTimeout(error)) return `${own.file}: ${tooLong(limits.seconds)}`;
	if (error.code === memoryLimit)
		return `${own.file}: a statement of this model needed more than ${Math.round(limits.memoryBytes / 2 ** 20)} MiB of memory; let it group by fewer values, or raise --model-memory`;
	if (error.code === thrown && error.message.includes(tooManyRows))
		return `${own.file}: a statement of this model made more than ${limits.rowsMax ?? rowsMaxDefault} rows; let it group by fewer values, or join on more columns`;
	return `${placeOf(own, error.message, linesBefore)}: ClickHouse: ${reasonOf(error)}`;
}
