/** A statement did not succeed. */
export class WarehouseError extends Error {
	override name = 'WarehouseError';
	/** ClickHouse's error code; undefined when no answer came. */
	readonly code: number | undefined;
	/**
	 * `refused`: the server said no. `unknown`: no whole answer came, or one that leaves it open, so that it may or may not
	 * have been done.
	 */
	readonly outcome: 'refused' | 'unknown';

	constructor(message: string, outcome: 'refused' | 'unknown', code?: number) {
		super(message);
		this.outcome = outcome;
		this.code = code;
	}

	/** The rows themselves cannot be taken: sending the same bytes again cannot help. */
	get isDataFault(): boolean {
		return this.outcome === 'refused' && this.code !== undefined && dataFaultCodes.has(this.code);
	}
}

/**
 * ClickHouse error codes that speak of the rows' content, not of the table's shape: CANNOT_PARSE_TEXT 6,
 * CANNOT_READ_ALL_DATA 33, ARGUMENT_OUT_OF_BOUND 69, CANNOT_CONVERT_TYPE 70, INCORRECT_DATA 117, TOO_LARGE_STRING_SIZE 131,
 * CANNOT_PARSE_UUID 376, DECIMAL_OVERFLOW 407, VIOLATED_CONSTRAINT 469.
 */
const dataFaultCodes = new Set([6, 33, 69, 70, 117, 131, 376, 407, 469]);

/**
 * Answers that came in the middle of the work, or after it: TIMEOUT_EXCEEDED 159, SOCKET_TIMEOUT 209, NETWORK_ERROR 210,
 * ABORTED 236, UNKNOWN_STATUS_OF_INSERT 319, QUERY_WAS_CANCELLED 394, KEEPER_EXCEPTION 999, STD_EXCEPTION 1001,
 * UNKNOWN_EXCEPTION 1002.
 */
export const outcomeUnknownCodes = new Set([159, 209, 210, 236, 319, 394, 999, 1001, 1002]);
