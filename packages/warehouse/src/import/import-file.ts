import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Warehouse } from '../client.js';
import { WarehouseError } from '../warehouse-error.js';
import { copyStaged, createStaging, fillStaging } from './event-sql.js';
import { fileKind, knownEndings } from './file-kind.js';
import { ImportRefusal, type Reading, readingOf } from './reading.js';
import { keepAside, type Reject } from './rejects.js';

export interface ImportOptions {
	/** Site of rows that name none. */
	readonly fallbackSite: string;
	/** Site of all rows, whatever they say. @default what they say */
	readonly site?: string;
	/** Days that all times are moved by. @default 0 */
	readonly shiftDays?: number;
	/** Rows that happened later, once moved, are left out: milliseconds since 1970. @default none are, but then none may be of the future */
	readonly untilMs?: number;
	/** Runs the one step that readers could see half of while nobody else reads `events`. @default at once */
	exclusively?<T>(step: () => Promise<T>): Promise<T>;
	/** What is being done, in a line. */
	onStep?(line: string): void;
}

export interface ImportResult {
	/** All of it was there already, and nothing was done. */
	readonly wasThere: boolean;
	/** Rows of the file, and those of them that are no events. */
	readonly rows: number;
	readonly rejected: number;
	/** Where those are kept, with their lines and reasons; undefined when there are none. */
	readonly rejectsFile: string | undefined;
	/** The first of them. */
	readonly firstRejects: readonly Reject[];
}

/**
 * Brings a file's events into `events`. All of it is read, and judged row by row, before anything is there: a file that cannot be read to its end
 * leaves nothing behind. Rows that are no events are kept aside. Done twice, it is there once; killed in the midst of it, the same
 * call completes it.
 *
 * @throws ImportRefusal when the file cannot be read as what its name says
 */
export async function importFile(warehouse: Warehouse, path: string, options: ImportOptions): Promise<ImportResult> {
	const kind = fileKind(path);
	if (kind === undefined) throw new ImportRefusal(`${path} does not end in ${knownEndings}`);
	const id = await identityOf(path, options);
	const staging = `import_${id}`;
	const segment = `import-${id}`;
	if (await isThere(warehouse, staging, segment)) return nothingDone;
	const step = (line: string) => options.onStep?.(line);
	await warehouse.command(`DROP TABLE IF EXISTS ${staging} SYNC`);
	step(`Reading ${path}`);
	const reading = readingOf(
		kind,
		kind.format === 'csv' ? await readHeader(warehouse, path, kind.encoding, staging) : '',
	);
	await warehouse.command(createStaging(staging));
	const params = {
		segment,
		site: options.site ?? '',
		fallbackSite: options.fallbackSite,
		shiftDays: options.shiftDays ?? 0,
		untilMs: options.untilMs ?? 0,
	};
	try {
		await fill(warehouse, path, kind.encoding, staging, reading, params);
	} catch (error) {
		await warehouse.command(`DROP TABLE IF EXISTS ${staging} SYNC`);
		throw error instanceof WarehouseError && error.outcome === 'refused' ? unreadable(path, error) : error;
	}
	const rejects = await keepAside(warehouse, staging, reading.linesBefore, `${path}.rejects.ndjson`);
	step(`Storing ${rejects.rows - rejects.rejected} events`);
	const exclusively = options.exclusively ?? ((work) => work());
	await exclusively(() =>
		warehouse.command(copyStaged(staging), { params: { untilMs: params.untilMs }, settings: copySettings }),
	);
	await warehouse.command(`DROP TABLE ${staging} SYNC`);
	return { wasThere: false, ...rejects };
}

const nothingDone: ImportResult = { wasThere: true, rows: 0, rejected: 0, rejectsFile: undefined, firstRejects: [] };

/** Large blocks, since each becomes parts; sorting spills to disk. */
const copySettings = {
	async_insert: 0,
	insert_deduplicate: 0,
	optimize_on_insert: 0,
	min_insert_block_size_rows: 1_000_000,
	min_insert_block_size_bytes: 268_435_456,
	max_bytes_before_external_sort: 1_000_000_000,
	max_partitions_per_insert_block: 1_000,
};

/**
 * Names a file by what it holds and whose it becomes: 16 hexadecimal digits. Not by how its times are moved, so that what moved with one
 * day does not come again with the next.
 */
async function identityOf(path: string, { site, fallbackSite }: ImportOptions): Promise<string> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(path), hash, { end: false });
	return hash
		.update(JSON.stringify([site, fallbackSite]))
		.digest('hex')
		.slice(0, 16);
}

/** The staging table goes away last, so whatever is there without one is whole. */
async function isThere(warehouse: Warehouse, staging: string, segment: string): Promise<boolean> {
	const [row] = await warehouse.query<{ isThere: number }>(
		`SELECT (SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = {staging:String}) = 0
			AND (SELECT count() FROM events WHERE segment = {segment:String}) > 0 AS isThere`,
		{ params: { staging, segment } },
	);
	return row?.isThere === 1;
}

async function fill(
	warehouse: Warehouse,
	path: string,
	encoding: string | undefined,
	staging: string,
	{ select, format, settings }: Reading,
	params: Record<string, unknown>,
): Promise<void> {
	await warehouse.insertStream(`${fillStaging(staging, select)} FORMAT ${format}`, createReadStream(path), {
		queryId: randomUUID(),
		params,
		settings: { ...settings, async_insert: 0, min_insert_block_size_rows: 262_144 },
		...(encoding === undefined ? {} : { encoding }),
	});
}

/** The first line. Packed ones are unpacked by ClickHouse, which stops after it. */
async function readHeader(
	warehouse: Warehouse,
	path: string,
	encoding: string | undefined,
	staging: string,
): Promise<string> {
	if (encoding === undefined) return firstLine(path);
	const table = `${staging}_header`;
	await warehouse.command(`CREATE OR REPLACE TABLE ${table} (line String) ENGINE = Memory`);
	const statement = `INSERT INTO ${table} SELECT line FROM input('line String') LIMIT 1 FORMAT LineAsString`;
	try {
		// What comes of it is seen in the table: it may answer, and close, long before the file's end.
		await warehouse
			.insertStream(statement, createReadStream(path), { queryId: randomUUID(), encoding, settings: onlyFirst })
			.catch(() => undefined);
		const [row] = await warehouse.query<{ line: string }>(`SELECT line FROM ${table}`);
		if (row === undefined) throw new ImportRefusal(`${path} is empty, or is not packed as its name says`);
		return row.line;
	} finally {
		await warehouse.command(`DROP TABLE IF EXISTS ${table} SYNC`);
	}
}

/** So that the first line is there before what follows it is unpacked. */
const onlyFirst = { max_threads: 1, max_block_size: 1, max_insert_block_size: 1, input_format_parallel_parsing: 0 };

const headerBytesMax = 65_536;

async function firstLine(path: string): Promise<string> {
	const file = await open(path);
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytesMax), 0, headerBytesMax, 0);
		return String(buffer.subarray(0, bytesRead)).split('\n', 1)[0] as string;
	} finally {
		await file.close();
	}
}

function unreadable(path: string, { message }: Error): ImportRefusal {
	return new ImportRefusal(
		`${path} cannot be read to its end, so nothing of it was stored: ${message.split('\n', 1)[0]}`,
	);
}
