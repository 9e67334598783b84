import { type Warehouse, WarehouseError } from '@footfall/warehouse';
import type { Logger } from '../logger.js';
import { parametersOf, type Query } from './query.js';
import type { Scope } from './scope.js';

/** Bounds of one query, on top of those of the account. */
export const queryBounds = {
	/** No writing, whatever the account may do; the other settings still hold. */
	readonly: 2,
	/** Seconds. */
	max_execution_time: 10,
	max_memory_usage: 512 * 1024 * 1024,
	max_result_rows: 5_000,
	result_overflow_mode: 'throw',
} as const;

/** Longest wait for an answer, milliseconds: ClickHouse itself gives up earlier. */
const answerMsMax = 15_000;

/** Why there are no rows, as one line for a person, and the HTTP status that says the same. */
export class QueryFault extends Error {
	override name = 'QueryFault';
	readonly status: 502 | 503 | 504;

	constructor(status: 502 | 503 | 504, message: string, cause: Error) {
		super(message, { cause });
		this.status = status;
	}
}

/** ClickHouse's UNKNOWN_TABLE and UNKNOWN_DATABASE. */
const missingCodes = new Set([60, 81]);
/** TIMEOUT_EXCEEDED, TOO_SLOW, MEMORY_LIMIT_EXCEEDED and TOO_MANY_ROWS_OR_BYTES. */
const boundCodes = new Set([159, 160, 241, 396]);

/**
 * The rows of a query. Rows that do not match its schema are dropped and logged, so that data of one sender cannot
 * break a view for all readers.
 *
 * @throws QueryFault when there are none
 */
export async function runQuery<Row>(
	{ warehouse, logger }: { warehouse: Warehouse; logger: Logger },
	{ row, sql }: Query<Row>,
	scope: Scope,
): Promise<Row[]> {
	try {
		const rows = await warehouse.query(sql(scope), {
			params: parametersOf(scope),
			settings: queryBounds,
			msMax: answerMsMax,
		});
		const read = rows.map((each) => row.safeParse(each));
		const faults = read.flatMap(({ error }) => (error ? [error.issues[0]] : []));
		if (faults.length > 0) {
			logger.error(
				{ rows: faults.length, first: faults[0] },
				'rows of a view do not match its schema and are left out',
			);
		}
		return read.flatMap(({ success, data }) => (success ? [data] : []));
	} catch (error) {
		throw error instanceof WarehouseError ? queryFault(error) : error;
	}
}

/** What a person can do about it. ClickHouse's own words stay in the cause, for the log. Pure. */
function queryFault(error: WarehouseError): QueryFault {
	if (error.code !== undefined && missingCodes.has(error.code)) {
		return new QueryFault(503, 'There are no marts yet. They are made within seconds of the start.', error);
	}
	if (error.code !== undefined && boundCodes.has(error.code)) {
		return new QueryFault(504, 'This takes too long. Choose a shorter range.', error);
	}
	return new QueryFault(502, 'ClickHouse does not answer. It is tried again.', error);
}
