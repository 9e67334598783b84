import { addAbortSignal, Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { parseAddress, type WarehouseAddress } from '../connection/address.js';
import { completePieces } from './complete-pieces.js';
import { LateException } from './late-exception.js';
import { supersedableInsert } from './supersedable-insert.js';
import { outcomeUnknownCodes, WarehouseError } from './warehouse-error.js';

/**
 * Timeout for a connection on which no data arrives, ms. It is long, because the server sends nothing during a
 * statement of a rebuild over years of events.
 */
const requestMsMax = 30 * 60 * 1000;
/** Insert timeout, ms. After it, the outcome of the insert is unknown. */
const insertMsMax = 5 * 60 * 1000;
/** Timeout for the end of a killed statement, ms. */
const killMsMax = 60 * 1000;
/** Timeout of a ping and of `SELECT 1`, ms. A server that does not answer within it counts as unreachable. */
const pingMsMax = 10 * 1000;
/**
 * Idle timeout of a connection, ms. It must be shorter than the server's keep-alive timeout, or a request may be sent
 * on a connection that the server is closing. The shortest keep-alive timeout in use is 3 s.
 */
const idleSocketMsMax = 2_500;
const connectionsMax = 10;

const unknownDatabase = 81;

/** Parameters and settings of one statement. */
export interface StatementOptions {
	/** Values of the parameters that the SQL names as `{name:Type}`. */
	params?: Record<string, unknown>;
	settings?: Record<string, string | number>;
	queryId?: string;
	/** Timeout for the whole answer, ms; then the connection is closed. @default none; 30 minutes without data */
	msMax?: number;
}

/** Options of an answer that is read in pieces. */
export interface AnswerOptions extends Pick<StatementOptions, 'params' | 'settings' | 'queryId'> {
	/** Name of a ClickHouse format, in which the rows come unless the statement has a FORMAT clause. */
	format: string;
	/** Ends the statement on the server, too, if the account or the setting `readonly` allows reading only. */
	signal: AbortSignal;
}

/** Options of an insert. */
interface InsertOptions extends Omit<StatementOptions, 'params'> {
	queryId: string;
	/**
	 * Number of the attempt of an insert of events, from 0. The server refuses it after `supersedeInsert` has returned a
	 * higher one. @default the insert is never refused for this reason
	 */
	attempt?: number;
	/** Timeout for the answer, ms; then the outcome is unknown. @default 5 minutes */
	msMax?: number;
}

/** Client of a ClickHouse server, embedded or not. Every method rejects with a WarehouseError on failure. */
export interface Warehouse {
	/** Name of the database that contains all tables without a qualified name. */
	readonly database: string;
	/** Runs a SELECT and returns its rows. 64-bit integers and decimals are strings, so that no digit is lost. */
	query<Row>(sql: string, options?: StatementOptions): Promise<Row[]>;
	/**
	 * Runs a statement that only reads, and gives the bytes of its rows as they come, so that the result may be larger
	 * than the memory. The statement ends on the server when the caller stops reading.
	 */
	answer(sql: string, options: AnswerOptions): AsyncGenerator<Buffer, void, undefined>;
	/** Runs a statement that returns no rows. */
	command(sql: string, options?: StatementOptions): Promise<void>;
	/** Inserts one block in ClickHouse's Native format. Either all of its rows are inserted, or none. */
	insertNative(
		table: string,
		columns: readonly string[],
		block: Uint8Array | readonly Uint8Array[],
		options: InsertOptions,
	): Promise<void>;
	/**
	 * Runs an INSERT statement that ends in FORMAT, with a body of that format. The body is streamed, so its size is
	 * not limited.
	 *
	 * @param options.encoding compression of the body, which ClickHouse decompresses: `gzip`, `zstd` or `xz`.
	 *   @default none
	 */
	insertStream(
		statement: string,
		body: Readable,
		options: StatementOptions & { queryId: string; encoding?: string },
	): Promise<void>;
	/**
	 * Kills a statement that may still be running, and waits until it has ended.
	 *
	 * @param msMax timeout, ms. @default 60 000
	 */
	killQuery(queryId: string, msMax?: number): Promise<void>;
	/** Creates the database if it is missing. Rejects within seconds if no ClickHouse answers. */
	createDatabase(): Promise<void>;
	/** Whether the server answers within 10 s. */
	ping(): Promise<boolean>;
	close(): Promise<void>;
}

/** Every setting that matters is explicit, since the defaults differ between versions of ClickHouse. */
const insertSettings = {
	async_insert: 0,
	insert_deduplicate: 0,
	input_format_parallel_parsing: 0,
	max_insert_block_size: 10_000_000,
	min_insert_block_size_rows: 10_000_000,
	min_insert_block_size_bytes: 1_073_741_824,
	wait_end_of_query: 1,
};

const commandSettings = { wait_end_of_query: 1 };

const querySettings = {
	output_format_json_quote_64bit_integers: 1,
	output_format_json_quote_decimals: 1,
	wait_end_of_query: 1,
};

/** Settings by which the rows of an answer are sent as they come, and the statement ends with its connection. */
const answerSettings = {
	output_format_json_quote_64bit_integers: 1,
	output_format_json_quote_decimals: 1,
	wait_end_of_query: 0,
	cancel_http_readonly_queries_on_client_close: 1,
	// The exception is separated from the rows; some formats would otherwise have it among their rows.
	http_write_exception_in_output_format: 0,
};

/**
 * Creates a client without connecting to the server; `checkConnection` connects.
 *
 * @throws StartRefusal when the address is not valid
 */
export function connect(address: WarehouseAddress): Warehouse {
	const { url, username, password, database } = parseAddress(address);
	const clientFor = (name: string) =>
		createClient({
			url,
			username,
			password,
			database: name,
			request_timeout: requestMsMax,
			max_open_connections: connectionsMax,
			keep_alive: { enabled: true, idle_socket_ttl: idleSocketMsMax },
			// The caller logs failures. The client would print every failed attempt.
			log: { level: ClickHouseLogLevel.OFF },
		});
	const client = clientFor(database);
	return {
		database,
		query: (sql, options) => query(client, sql, options),
		answer: (sql, options) => answer(client, sql, options),
		command: (sql, options) => command(client, sql, options),
		insertNative: (table, columns, block, options) => insertNative(client, table, columns, block, options),
		insertStream: (sql, body, options) => insertStream(client, sql, body, options),
		killQuery: (queryId, msMax = killMsMax) =>
			command(client, 'KILL QUERY WHERE query_id = {queryId:String} SYNC', { params: { queryId }, msMax }),
		createDatabase: () => createDatabase(client, () => clientFor('default'), database),
		ping: async () => (await client.ping({ select: false, abort_signal: AbortSignal.timeout(pingMsMax) })).success,
		close: () => client.close(),
	};
}

async function createDatabase(client: ClickHouseClient, outsideClient: () => ClickHouseClient, database: string) {
	try {
		// The status alone proves nothing: any web server may answer 200.
		const rows = await query<{ one: number }>(client, 'SELECT 1 AS one', { msMax: pingMsMax });
		if (rows.length === 1 && rows[0]?.one === 1) return;
		throw new WarehouseError('the server that answers is not ClickHouse', 'unknown');
	} catch (error) {
		if (!(error instanceof WarehouseError) || error.code !== unknownDatabase) throw error;
	}
	const outside = outsideClient();
	await command(outside, `CREATE DATABASE IF NOT EXISTS \`${database}\``).finally(() => outside.close());
}

async function query<Row>(client: ClickHouseClient, sql: string, options: StatementOptions = {}): Promise<Row[]> {
	return withWarehouseErrors(options, async (limit) => {
		const result = await client.query({
			query: sql,
			format: 'JSONEachRow',
			...statement(options, querySettings, limit),
		});
		return (await result.json()) as Row[];
	});
}

async function* answer(client: ClickHouseClient, sql: string, options: AnswerOptions): AsyncGenerator<Buffer> {
	const { format, signal, ...rest } = options;
	const { stream, response_headers } = await withWarehouseErrors({}, () =>
		client.exec({ query: sql, ...statement(rest, { ...answerSettings, default_format: format }, signal) }),
	);
	addAbortSignal(signal, stream);
	const tag = response_headers['x-clickhouse-exception-tag'];
	const late = new LateException(typeof tag === 'string' ? tag : undefined);
	const pieces: AsyncIterator<Buffer> = completePieces(stream);
	try {
		for (;;) {
			const piece = await withWarehouseErrors({}, () => pieces.next()).catch((error) => {
				// The server may close the connection after the exception, which says more than that.
				if (late.exception() === undefined) throw error;
				return { done: true as const, value: undefined };
			});
			if (piece.done) break;
			const rows = late.rowsOf(piece.value);
			if (rows.length > 0) yield rows;
		}
	} finally {
		stream.destroy();
	}
	const exception = late.exception();
	if (exception !== undefined) throw new WarehouseError(exception.message, 'refused', exception.code);
	if (late.rest().length > 0) yield late.rest();
}

async function command(client: ClickHouseClient, sql: string, options: StatementOptions = {}): Promise<void> {
	await withWarehouseErrors(options, (limit) =>
		client.command({ query: sql, ...statement(options, commandSettings, limit) }),
	);
}

async function insertNative(
	client: ClickHouseClient,
	table: string,
	columns: readonly string[],
	block: Uint8Array | readonly Uint8Array[],
	options: InsertOptions,
): Promise<void> {
	const chunks = block instanceof Uint8Array ? [block] : block;
	const values = Readable.from(chunks, { objectMode: false });
	const { attempt, queryId, ...others } = options;
	const isNumbered = attempt !== undefined;
	await withWarehouseErrors({ msMax: insertMsMax, ...options }, async (limit) => {
		const { stream } = await client.exec({
			query: isNumbered
				? supersedableInsert(table, columns)
				: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT Native`,
			values,
			...statement(
				{ ...others, queryId, ...(isNumbered ? { params: { queryId, attempt } } : {}) },
				insertSettings,
				limit,
			),
		});
		// The answer has no body, but its connection is reused only after the body has been read.
		for await (const _ of stream);
		if (!values.readableEnded)
			throw new WarehouseError('the server answered before the whole block was sent', 'unknown');
	});
}

async function insertStream(
	client: ClickHouseClient,
	sql: string,
	values: Readable,
	options: StatementOptions & { queryId: string; encoding?: string },
): Promise<void> {
	const { encoding } = options;
	// The request reports errors of the body. An error before the request would end the process without this listener.
	values.on('error', () => undefined);
	try {
		await withWarehouseErrors(options, async (limit) => {
			const { stream } = await client.exec({
				query: sql,
				values,
				...(encoding === undefined ? {} : { http_headers: { 'Content-Encoding': encoding } }),
				...statement(options, commandSettings, limit),
			});
			for await (const _ of stream);
		});
	} finally {
		values.destroy();
	}
}

function statement(
	{ params, settings, queryId }: StatementOptions,
	defaults: Record<string, number | string>,
	limit: AbortSignal | undefined,
) {
	return {
		...(params === undefined ? {} : { query_params: params }),
		...(queryId === undefined ? {} : { query_id: queryId }),
		...(limit === undefined ? {} : { abort_signal: limit }),
		clickhouse_settings: { ...defaults, ...settings },
	};
}

/** Runs a request. Turns its failure into a WarehouseError that says whether the outcome on the server is known. */
async function withWarehouseErrors<T>(
	{ msMax }: StatementOptions,
	run: (limit: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
	const limit = msMax === undefined ? undefined : AbortSignal.timeout(msMax);
	try {
		return await run(limit);
	} catch (error) {
		if (limit?.aborted) throw new WarehouseError(`the server did not answer within ${msMax} ms`, 'unknown');
		if (error instanceof WarehouseError) throw error;
		if (!(error instanceof ClickHouseError)) throw new WarehouseError(faultText(error), 'unknown');
		const code = Number(error.code);
		throw new WarehouseError(error.message, outcomeUnknownCodes.has(code) ? 'unknown' : 'refused', code);
	}
}

/** Error of Node for a certificate of another host, whose message names the host. */
const otherHostCode = 'ERR_TLS_CERT_ALTNAME_INVALID';

/**
 * The reason of a failed request, without the host and the port that Node's messages name: in a URL with a fault, they
 * may be parts of the password. Node leaves the message empty when a connection failed at several addresses, or timed
 * out.
 */
function faultText(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	if (error instanceof AggregateError) return [...new Set(error.errors.map(faultText))].join(', ');
	const { code, syscall, message } = error as NodeJS.ErrnoException;
	if (code === otherHostCode) return 'the certificate of the server is for another host';
	if (code !== undefined && syscall !== undefined) return `${syscall} ${code}`;
	return message || code || 'an empty answer';
}
