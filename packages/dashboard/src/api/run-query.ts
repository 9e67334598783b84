import { type Warehouse, WarehouseError } from '@footfall/warehouse';
import type { Logger } from '../logger.js';
import type { ListPart, ListSize } from './lists/list-part.js';
import { type ListQuery, parametersOf, type Query } from './query.js';
import type { Scope } from './scope.js';

/** Limits of one query, in addition to those of the account. */
export const queryBounds = {
	/** Refuses writes even where the account may write. With 2, unlike with 1, the other settings can be set. */
	readonly: 2,
	/** Seconds. */
	max_execution_time: 10,
	max_memory_usage: 512 * 1024 * 1024,
	max_result_rows: 5_000,
	result_overflow_mode: 'throw',
	// ClickHouse compiles an expression to machine code when a few statements have used it, and each view has many. This
	// takes a seventh of the processor time of a view, and more than it saves.
	compile_expressions: 0,
	compile_aggregate_expressions: 0,
	compile_sort_description: 0,
} as const;

/** Longest wait for an answer, milliseconds. ClickHouse aborts the query earlier. */
const answerMsMax = 15_000;

/** Why a query has no rows: one line for the reader, and the matching HTTP status. */
export class QueryFault extends Error {
	override name = 'QueryFault';
	readonly status: 502 | 503 | 504;

	/** The marts do not have what the query reads: no such table or column, or one of another type. */
	get isOfMarts(): boolean {
		return this.cause instanceof WarehouseError && martsCodes.has(this.cause.code ?? 0);
	}

	constructor(status: 502 | 503 | 504, message: string, cause: Error) {
		super(message, { cause });
		this.status = status;
	}
}

/** ClickHouse's UNKNOWN_TABLE and UNKNOWN_DATABASE. */
const missingCodes = new Set([60, 81]);
/**
 * These, and what ClickHouse answers where a column is missing or has another type: THERE_IS_NO_COLUMN,
 * NOT_FOUND_COLUMN_IN_BLOCK, NO_SUCH_COLUMN_IN_TABLE, BAD_ARGUMENTS, NUMBER_OF_ARGUMENTS_DOESNT_MATCH,
 * ILLEGAL_TYPE_OF_ARGUMENT, ILLEGAL_COLUMN, UNKNOWN_IDENTIFIER, TYPE_MISMATCH, ILLEGAL_TYPE_OF_COLUMN_FOR_FILTER,
 * CANNOT_CONVERT_TYPE, NOT_AN_AGGREGATE and NO_COMMON_TYPE.
 */
const martsCodes = new Set([...missingCodes, 8, 10, 16, 36, 42, 43, 44, 47, 53, 59, 70, 215, 386]);
/** TIMEOUT_EXCEEDED, TOO_SLOW, MEMORY_LIMIT_EXCEEDED and TOO_MANY_ROWS_OR_BYTES. */
const boundCodes = new Set([159, 160, 241, 396]);

interface Source {
	warehouse: Warehouse;
	logger: Logger;
}

/**
 * Runs a query. Rows that do not match its schema are dropped and logged, so that data of one sender cannot break a
 * view for all readers.
 *
 * @throws QueryFault if ClickHouse does not answer the query
 */
export async function runQuery<Row>(source: Source, query: Query<Row>, scope: Scope): Promise<Row[]> {
	const nowMs = Date.now();
	const rows = await ask(source, query.sql(scope, nowMs), parametersOf(scope, nowMs));
	return readRows(source, query, rows);
}

/**
 * Runs a query for a part of a list, or for the beginnings of its lists.
 *
 * @param name name of the query, and of its list if it has only one
 * @throws QueryFault if ClickHouse does not answer the query
 */
export async function runListQuery<Row>(
	source: Source,
	name: string,
	{ query, scope, part }: { query: ListQuery<Row>; scope: Scope; part: ListPart },
): Promise<{ rows: Row[]; lists: Record<string, ListSize> }> {
	const { list = '', search, offset } = part;
	const found = await ask(source, query.partSql(scope, part), {
		...parametersOf(scope),
		list,
		search,
		offset: String(offset),
	});
	const names = part.list === undefined ? (query.lists ?? [name]) : [part.list];
	const totalOf = (of: string) => found.find((row) => query.lists === undefined || row.listName === of)?.listTotal;
	const sizeOf = (total: unknown): ListSize => ({
		total: total === undefined ? (offset === 0 ? 0 : null) : Number(total),
		offset,
		limit: query.limit,
	});
	return {
		rows: readRows(source, query, found),
		lists: Object.fromEntries(names.map((of) => [of, sizeOf(totalOf(of))])),
	};
}

async function ask(
	{ warehouse }: Source,
	sql: string,
	params: Record<string, string>,
): Promise<Record<string, unknown>[]> {
	try {
		return await warehouse.query(sql, { params, settings: queryBounds, msMax: answerMsMax });
	} catch (error) {
		throw error instanceof WarehouseError ? queryFault(error) : error;
	}
}

function readRows<Row>({ logger }: Source, { row }: Pick<Query<Row>, 'row'>, rows: readonly unknown[]): Row[] {
	const read = rows.map((each) => row.safeParse(each));
	const faults = read.flatMap(({ error }) => (error ? [error.issues[0]] : []));
	if (faults.length > 0) {
		logger.error({ rows: faults.length, first: faults[0] }, 'rows of a view do not match its schema and are left out');
	}
	return read.flatMap(({ success, data }) => (success ? [data] : []));
}

/** The error for the reader, with a remedy. ClickHouse's own message stays in the cause, for the log. Pure. */
function queryFault(error: WarehouseError): QueryFault {
	if (error.code !== undefined && missingCodes.has(error.code)) {
		return new QueryFault(503, 'There are no marts yet. They are built within seconds of the start.', error);
	}
	if (error.code !== undefined && boundCodes.has(error.code)) {
		return new QueryFault(
			504,
			'The query exceeds its limits of time or memory. Choose a shorter range of days.',
			error,
		);
	}
	return new QueryFault(502, 'ClickHouse does not answer. Retry later.', error);
}
