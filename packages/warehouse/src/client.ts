import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { parseAddress, type WarehouseAddress } from './address.js';
import { outcomeUnknownCodes, WarehouseError } from './warehouse-error.js';

/** Longest silence in any answer: a full rebuild of the marts over years of events. */
const requestMsMax = 30 * 60 * 1000;
/** Longest wait for one block's insert, after which its outcome is unknown. */
const insertMsMax = 5 * 60 * 1000;
/** Longest wait for a killed statement to be gone. */
const killMsMax = 60 * 1000;
/** Longest wait for an answer that takes no work: a server that is silent so long is not there. */
const pingMsMax = 10 * 1000;
/** Must stay below the server's keep-alive (3 s at the least in the wild), or a request meets a socket that is closing. */
const idleSocketMsMax = 2_500;
const connectionsMax = 10;

const unknownDatabase = 81;

/** Parameters and settings of one statement. */
export interface StatementOptions {
	/** Values for `{name:Type}` places. */
	params?: Record<string, unknown>;
	settings?: Record<string, string | number>;
	queryId?: string;
	/** Longest wait for the whole answer, milliseconds; then the connection is given up. @default 30 minutes of silence */
	msMax?: number;
}

/** Of an insert. */
interface InsertOptions extends Omit<StatementOptions, 'params'> {
	queryId: string;
	/** Longest wait for the answer, milliseconds; then its outcome is unknown. @default 5 minutes */
	msMax?: number;
}

/** The one way to ClickHouse, whether embedded or a server of one's own. Every fault is a WarehouseError. */
export interface Warehouse {
	/** Name of the database that all unqualified tables are in. */
	readonly database: string;
	/** Rows of a SELECT. 64-bit integers and decimals come as strings, so that no digit is lost. */
	query<Row>(sql: string, options?: StatementOptions): Promise<Row[]>;
	/** Anything without rows. */
	command(sql: string, options?: StatementOptions): Promise<void>;
	/** One block in ClickHouse's Native format, all or none of it. */
	insertNative(
		table: string,
		columns: readonly string[],
		block: Uint8Array | readonly Uint8Array[],
		options: InsertOptions,
	): Promise<void>;
	/**
	 * An INSERT whose statement ends in a FORMAT, with a body of that format, as long as it may be.
	 *
	 * @param options.encoding how the body is packed, for ClickHouse to unpack: `gzip`, `zstd`, `xz`. @default not at all
	 */
	insertStream(
		statement: string,
		body: Readable,
		options: StatementOptions & { queryId: string; encoding?: string },
	): Promise<void>;
	/**
	 * Ends a statement that may still be running and waits until it is gone.
	 *
	 * @param msMax longest wait, milliseconds. @default 60 000
	 */
	killQuery(queryId: string, msMax?: number): Promise<void>;
	/** Creates the database where it is missing. Fails within seconds where no ClickHouse answers. */
	createDatabase(): Promise<void>;
	/** Whether the server answers, within seconds. */
	ping(): Promise<boolean>;
	close(): Promise<void>;
}

/** Nothing that matters is left to a server's defaults: they differ between versions. */
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

/**
 * Makes a client; nothing is sent yet, see `checkConnection`.
 *
 * @throws StartRefusal when the address is not one
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
			// Our callers decide what is worth a line; the client would print every failed try.
			log: { level: ClickHouseLogLevel.OFF },
		});
	const client = clientFor(database);
	return {
		database,
		query: (sql, options) => query(client, sql, options),
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
		// Rows, not just success: any web server may answer 200.
		const rows = await query<{ one: number }>(client, 'SELECT 1 AS one', { msMax: pingMsMax });
		if (rows.length === 1 && rows[0]?.one === 1) return;
		throw new WarehouseError('the answer is not one of ClickHouse', 'unknown');
	} catch (error) {
		if (!(error instanceof WarehouseError) || error.code !== unknownDatabase) throw error;
	}
	const outside = outsideClient();
	await command(outside, `CREATE DATABASE IF NOT EXISTS \`${database}\``).finally(() => outside.close());
}

async function query<Row>(client: ClickHouseClient, sql: string, options: StatementOptions = {}): Promise<Row[]> {
	return classified(options, async (limit) => {
		const result = await client.query({
			query: sql,
			format: 'JSONEachRow',
			...statement(options, querySettings, limit),
		});
		return (await result.json()) as Row[];
	});
}

async function command(client: ClickHouseClient, sql: string, options: StatementOptions = {}): Promise<void> {
	await classified(options, (limit) => client.command({ query: sql, ...statement(options, commandSettings, limit) }));
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
	await classified({ msMax: insertMsMax, ...options }, async (limit) => {
		const { stream } = await client.exec({
			query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT Native`,
			values,
			...statement(options, insertSettings, limit),
		});
		// The answer has no body, but its socket is free for the next request only when the body was read.
		for await (const _ of stream);
		if (!values.readableEnded) throw new WarehouseError('an answer before the whole block was sent', 'unknown');
	});
}

async function insertStream(
	client: ClickHouseClient,
	sql: string,
	values: Readable,
	options: StatementOptions & { queryId: string; encoding?: string },
): Promise<void> {
	const { encoding } = options;
	// The request tells of it; but one that comes before the request has begun would end the process.
	values.on('error', () => undefined);
	try {
		await classified(options, async (limit) => {
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
	defaults: Record<string, number>,
	limit: AbortSignal | undefined,
) {
	return {
		...(params === undefined ? {} : { query_params: params }),
		...(queryId === undefined ? {} : { query_id: queryId }),
		...(limit === undefined ? {} : { abort_signal: limit }),
		clickhouse_settings: { ...defaults, ...settings },
	};
}

async function classified<T>(
	{ msMax }: StatementOptions,
	run: (limit: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
	const limit = msMax === undefined ? undefined : AbortSignal.timeout(msMax);
	try {
		return await run(limit);
	} catch (error) {
		if (limit?.aborted) throw new WarehouseError(`no answer within ${msMax} ms`, 'unknown');
		if (error instanceof WarehouseError) throw error;
		if (!(error instanceof ClickHouseError)) throw new WarehouseError(faultText(error), 'unknown');
		const code = Number(error.code);
		throw new WarehouseError(error.message, outcomeUnknownCodes.has(code) ? 'unknown' : 'refused', code);
	}
}

/** Node leaves the message empty when a connection failed at several addresses, or by a time limit. */
function faultText(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	if (error instanceof AggregateError) return error.errors.map(faultText).join(', ');
	return error.message || (error as NodeJS.ErrnoException).code || 'an empty answer';
}
