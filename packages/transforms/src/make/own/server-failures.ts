import { reasonOf, WarehouseError } from '@footfall/warehouse';
import { isMemoryOfStatement } from '../failures/data-error.js';
import { OwnModelFault } from './own-bounds.js';

/**
 * Failures of the server while it computed an own model. They are no fault of the model: the run fails, and the next
 * one starts from the published rows as if it had not been. A model that ends the server, or uses up its memory, must
 * not do so in each run, however: after two such failures in a row it counts as failed, and is computed again after a
 * pause.
 */

/**
 * Error codes of ClickHouse that the state of the server causes.
 *
 * CANNOT_READ_FROM_FILE_DESCRIPTOR 74, CANNOT_WRITE_TO_FILE_DESCRIPTOR 75, CANNOT_OPEN_FILE 76, READONLY 164,
 * CANNOT_ALLOCATE_MEMORY 173, QUOTA_EXCEEDED 201, TOO_MANY_SIMULTANEOUS_QUERIES 202, SOCKET_TIMEOUT 209,
 * NETWORK_ERROR 210, ABORTED 236, TABLE_IS_READ_ONLY 242, NOT_ENOUGH_SPACE 243, TOO_MANY_PARTS 252,
 * UNKNOWN_STATUS_OF_INSERT 319, QUERY_WAS_CANCELLED 394, CANNOT_SCHEDULE_TASK 439, AUTHENTICATION_FAILED 516,
 * QUERY_WAS_CANCELLED_BY_CLIENT 734, SERVER_OVERLOADED 745, KEEPER_EXCEPTION 999, POCO_EXCEPTION 1000 and
 * UNKNOWN_EXCEPTION 1002.
 */
const errorsOfServer = new Set([
	74, 75, 76, 164, 173, 201, 202, 209, 210, 236, 242, 243, 252, 319, 394, 439, 516, 734, 745, 999, 1000, 1002,
]);
const memoryLimit = 241;

/** Whether an error is that of the server or of the connection, and not that of the statement. Pure. */
export function isOfServer(error: unknown): boolean {
	if (!(error instanceof WarehouseError)) return false;
	if (error.code === undefined || errorsOfServer.has(error.code)) return true;
	// The memory of the server, which other statements may have used up.
	return error.code === memoryLimit && !isMemoryOfStatement(error);
}

/** Failures in a row while a version of a model or of a data test was computed, in this process. */
const failures = new Map<string, { times: number; words: string }>();
const failuresMax = 2;

/** Remembers a failure of the server. @param version of the model or of the data test */
export function noteFailure(version: string, error: unknown): void {
	const words = error instanceof WarehouseError && error.code !== undefined ? reasonOf(error) : '';
	failures.set(version, { times: (failures.get(version)?.times ?? 0) + 1, words });
}

/** Forgets the failures of a version that was computed. */
export const forgetFailures = (version: string): boolean => failures.delete(version);

/** @throws OwnModelFault when the server has failed twice in a row */
export function refuseTwiceFailed(file: string, version: string): void {
	const { times = 0, words = '' } = failures.get(version) ?? {};
	if (times < failuresMax) return;
	failures.delete(version);
	throw new OwnModelFault(
		words === ''
			? `${file}: the connection to ClickHouse was lost ${times} times in a row while this file was computed; look for its cause in the log of ClickHouse, and let the statement read or group less`
			: `${file}: ClickHouse failed ${times} times in a row while this file was computed (${words}); correct the state of the server, or let the statement read or group less`,
	);
}
