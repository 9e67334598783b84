import { WarehouseError } from '@footfall/warehouse';

/** ClickHouse's MEMORY_LIMIT_EXCEEDED. */
const memoryLimit = 241;
/**
 * Error codes of ClickHouse that values, or their number, can cause. Every other code has another cause: the server,
 * its disk, its limits, the network, the rights of the account or the statement. The list names what data can cause,
 * and not the others, since a later version of ClickHouse may have new errors of the server.
 *
 * CANNOT_PARSE_TEXT 6, PARAMETER_OUT_OF_BOUND 12, CANNOT_PARSE_ESCAPE_SEQUENCE 25, CANNOT_PARSE_QUOTED_STRING 26,
 * CANNOT_PARSE_INPUT_ASSERTION_FAILED 27, BAD_ARGUMENTS 36, CANNOT_PARSE_DATE 38, CANNOT_PARSE_DATETIME 41,
 * LOGICAL_ERROR 49 (values can meet a fault of ClickHouse itself), ARGUMENT_OUT_OF_BOUND 69, CANNOT_CONVERT_TYPE 70,
 * CANNOT_PARSE_NUMBER 72, INCORRECT_DATA 117, INCORRECT_RESULT_OF_SCALAR_SUBQUERY 125, TOO_LARGE_ARRAY_SIZE 128,
 * TOO_LARGE_STRING_SIZE 131, ILLEGAL_DIVISION 153, TOO_MANY_ROWS 158, SIZES_OF_ARRAYS_DONT_MATCH 190,
 * SET_SIZE_LIMIT_EXCEEDED 191, TOO_MANY_BYTES 307, VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE 321,
 * CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN 349, CANNOT_PARSE_UUID 376, FUNCTION_THROW_IF_VALUE_IS_NON_ZERO 395,
 * TOO_MANY_ROWS_OR_BYTES 396, DECIMAL_OVERFLOW 407, CANNOT_PARSE_BOOL 467, VIOLATED_CONSTRAINT 469,
 * AGGREGATE_FUNCTION_THROW 503, CANNOT_PARSE_IPV4 675, CANNOT_PARSE_IPV6 676 and STD_EXCEPTION 1001.
 */
const errorsOfData = new Set([
	6, 12, 25, 26, 27, 36, 38, 41, 49, 69, 70, 72, 117, 125, 128, 131, 153, 158, 190, 191, 307, 321, 349, 376, 395, 396,
	407, 467, 469, 503, 675, 676, 1001,
]);

/**
 * Whether the data may be the cause of an error. The memory limit of a statement counts; that of the whole server does
 * not, since other statements may have used it up. Pure.
 */
export function mayBeOfData(error: unknown): error is WarehouseError {
	if (!(error instanceof WarehouseError) || error.outcome !== 'refused' || error.code === undefined) return false;
	return errorsOfData.has(error.code) || isMemoryOfStatement(error);
}

/** Whether a statement reached its own memory limit. Pure. */
export function isMemoryOfStatement(error: unknown): boolean {
	if (!(error instanceof WarehouseError) || error.code !== memoryLimit) return false;
	return /^query memory limit|memory limit \(for query\)/i.test(error.message);
}
