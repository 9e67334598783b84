import { WarehouseError } from '@footfall/warehouse';
import type { OwnFile } from '../../compile/model.js';
import { placeOf, sayingOf } from '../../compile/own/place-of.js';
import type { OwnLimits } from '../../compile/project.js';
import { runSettings } from '../run-context.js';

/** A fault of an own model, with its place and the remedy. The run goes on without the model. */
export class OwnModelFault extends Error {
	override name = 'OwnModelFault';
}

/** The settings of the statements of one own model, which together may take so long. */
export function boundsOf({ file }: OwnFile, { seconds, memoryBytes }: OwnLimits): () => Record<string, number> {
	const endAtMs = performance.now() + seconds * 1_000;
	const spillBytes = Math.floor(Math.min(Number(runSettings.max_bytes_before_external_sort), memoryBytes / 3));
	return () => {
		const leftSeconds = Math.ceil((endAtMs - performance.now()) / 1_000);
		if (leftSeconds <= 0) throw new OwnModelFault(`${file}: ${tooLong(seconds)}`);
		return {
			max_execution_time: leftSeconds,
			max_memory_usage: memoryBytes,
			max_bytes_before_external_group_by: spillBytes,
			max_bytes_before_external_sort: spillBytes,
		};
	};
}

const tooLong = (seconds: number) =>
	`a run took longer than ${seconds} s for this model; let it read or group less, or raise --model-seconds`;

const timeoutExceeded = 159;
const tooSlow = 160;
const memoryLimit = 241;

/**
 * The fault of an own model from the error of one of its statements: its place, and what ClickHouse said. Pure.
 *
 * @param linesBefore number of lines of the statement before the first line of the model's SELECT
 * @returns undefined when ClickHouse has not answered, so that the error is not the model's
 */
export function faultOf(error: unknown, own: OwnFile, limits: OwnLimits, linesBefore: number): string | undefined {
	if (error instanceof OwnModelFault) return error.message;
	if (!(error instanceof WarehouseError) || error.code === undefined) return undefined;
	if (error.code === timeoutExceeded || error.code === tooSlow) return `${own.file}: ${tooLong(limits.seconds)}`;
	if (error.code === memoryLimit)
		return `${own.file}: a statement of this model needed more than ${Math.round(limits.memoryBytes / 2 ** 20)} MiB of memory; let it group by fewer values, or raise --model-memory`;
	return `${placeOf(own, error.message, linesBefore)}: ClickHouse: ${sayingOf(error.message)}`;
}
