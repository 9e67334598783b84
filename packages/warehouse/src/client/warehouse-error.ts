/** A statement failed. */
export class WarehouseError extends Error {
	override name = 'WarehouseError';
	/** ClickHouse's error code; undefined without an answer. */
	readonly code: number | undefined;
	/**
	 * `refused`: the server did not execute the statement. `unknown`: the answer is missing, incomplete or ambiguous,
	 * so the statement may have been executed.
	 */
	readonly outcome: 'refused' | 'unknown';

	constructor(message: string, outcome: 'refused' | 'unknown', code?: number) {
		super(message);
		this.outcome = outcome;
		this.code = code;
	}

	/** Whether ClickHouse refused the content of the rows, so that a retry with the same bytes would fail as well. */
	get isDataFault(): boolean {
		return this.outcome === 'refused' && this.code !== undefined && dataFaultCodes.has(this.code);
	}
}

/**
 * ClickHouse error codes about the content of rows, not about the structure of the table: CANNOT_PARSE_TEXT 6,
 * CANNOT_READ_ALL_DATA 33, ARGUMENT_OUT_OF_BOUND 69, CANNOT_CONVERT_TYPE 70, INCORRECT_DATA 117, TOO_LARGE_STRING_SIZE
 * 131, CANNOT_PARSE_UUID 376, DECIMAL_OVERFLOW 407, VIOLATED_CONSTRAINT 469.
 */
export const dataFaultCodes = new Set([6, 33, 69, 70, 117, 131, 376, 407, 469]);

/**
 * ClickHouse error codes after which the statement may have been executed, in part or completely: TIMEOUT_EXCEEDED
 * 159, SOCKET_TIMEOUT 209, NETWORK_ERROR 210, ABORTED 236, UNKNOWN_STATUS_OF_INSERT 319, QUERY_WAS_CANCELLED 394,
 * KEEPER_EXCEPTION 999, STD_EXCEPTION 1001, UNKNOWN_EXCEPTION 1002.
 */
export const outcomeUnknownCodes = new Set([159, 209, 210, 236, 319, 394, 999, 1001, 1002]);
