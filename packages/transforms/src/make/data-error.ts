import { WarehouseError } from '@footfall/warehouse';

/** ClickHouse's MEMORY_LIMIT_EXCEEDED. */
const memoryLimit = 241;
/**
 * Error codes of ClickHouse that have causes other than the data: the server, its disk or the statement is faulty.
 * CANNOT_READ_ALL_DATA 33, CHECKSUM_DOESNT_MATCH 40, UNKNOWN_IDENTIFIER 47, UNKNOWN_TABLE 60, SYNTAX_ERROR 62,
 * CANNOT_READ_FROM_FILE_DESCRIPTOR 74, CANNOT_WRITE_TO_FILE_DESCRIPTOR 75, CANNOT_OPEN_FILE 76, UNKNOWN_DATABASE 81,
 * FILE_DOESNT_EXIST 107, TIMEOUT_EXCEEDED 159, TOO_SLOW 160, CANNOT_ALLOCATE_MEMORY 173, UNKNOWN_USER 192,
 * TOO_MANY_SIMULTANEOUS_QUERIES 202, ABORTED 236, NOT_ENOUGH_SPACE 243, CORRUPTED_DATA 246, TOO_MANY_PARTS 252,
 * CANNOT_DECOMPRESS 271, QUERY_WAS_CANCELLED 394, CANNOT_SCHEDULE_TASK 439 and ACCESS_DENIED 497.
 */
const errorsOfTheServer = new Set([
	33, 40, 47, 60, 62, 74, 75, 76, 81, 107, 159, 160, 173, 192, 202, 236, 243, 246, 252, 271, 394, 439, 497,
]);

/**
 * Whether the data may be the cause of an error. The memory limit of a statement counts; that of the whole server does
 * not, since other statements may have used it up. Pure.
 */
export function mayBeOfData(error: unknown): error is WarehouseError {
	if (!(error instanceof WarehouseError) || error.outcome !== 'refused' || error.code === undefined) return false;
	if (error.code === memoryLimit) return /^query memory limit|memory limit \(for query\)/i.test(error.message);
	return !errorsOfTheServer.has(error.code);
}
