import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { plainFileStream } from '@footfall/host';
import type { Warehouse } from '../client/client.js';
import { WarehouseError } from '../client/warehouse-error.js';
import { importPrefix } from '../schema/imported-segments.js';
import { computeVisitors, dropUsers } from './computed-visitors.js';
import { copyStaged, countStaged, createStaging, fillStaging, notUtf8 } from './event-sql.js';
import { type FileKind, fileKind, knownEndings } from './file-kind.js';
import { copyRefusal, ImportRefusal, isOfFile, stagingRefusal, unreadable } from './import-refusal.js';
import { PlainBytes } from './plain-bytes.js';
import { readHeader } from './read-header.js';
import { nestedFields, parquetReading, type Reading, readingOf } from './reading.js';
import { type Reject, writeRejects } from './rejects.js';
import { convertedText, scanEncoding } from './text-encoding.js';
import { ZstdFrames } from './zstd-frames.js';

export interface ImportOptions {
	/** Site of rows without a site. */
	readonly fallbackSite: string;
	/** Site of all rows. @default the site in the row, or `fallbackSite` */
	readonly site?: string;
	/** Days that are added to all times. @default 0 */
	readonly shiftDays?: number;
	/**
	 * Latest time of stored rows, after the shift, ms since 1970; later rows are skipped.
	 * @default no limit, but rows with a time in the future are rejected
	 */
	readonly untilMs?: number;
	/**
	 * Runs the copy to `events`, of which concurrent readers could see a part, while the transforms do not read
	 * `events`.
	 * @default runs it immediately
	 */
	exclusively?<T>(step: () => Promise<T>): Promise<T>;
	/**
	 * Returns the secret with which the collectors of this installation compute the visitors of users that are text;
	 * undefined if it is not known. Called if the file has such users and names no visitors. @default not known
	 */
	visitorSecret?(): string | undefined;
	/** Aborts the import, which then stores nothing. Once the copy to `events` has begun, it has no effect. */
	readonly signal?: AbortSignal;
	/** Called with a line of text at the start of each step. */
	onStep?(line: string): void;
}

export interface ImportResult {
	/** Whether the file had been imported before, so that this call did nothing. */
	readonly wasThere: boolean;
	/** Rows of the file. */
	readonly rows: number;
	/** Rejected rows: those that are not valid events. */
	readonly rejected: number;
	/** Stored events: rows that are neither rejected nor later than `untilMs`. */
	readonly stored: number;
	/** File with the rejected rows, their lines and reasons; undefined if there are none. */
	readonly rejectsFile: string | undefined;
	/** The first 10 rejected rows. */
	readonly firstRejects: readonly Reject[];
}

/**
 * Imports a file into `events`. The whole file is read and validated before any row is stored, so nothing is stored of
 * a file that cannot be read to its end. Rejected rows are written to a second file in the same directory. A repeated
 * import stores no event twice. After a kill at any moment, the same call completes the import.
 *
 * @throws ImportRefusal when the content does not match the file's extensions, or the rejected rows cannot be written
 * @throws the reason of `signal` when it was aborted before the copy to `events`
 */
export async function importFile(warehouse: Warehouse, path: string, options: ImportOptions): Promise<ImportResult> {
	const kind = fileKind(path);
	if (kind === undefined) throw new ImportRefusal(`${path} does not end in ${knownEndings}`);
	const file = await named(path, kind, options).catch((error: unknown) => refuse(path, error, options));
	let result: ImportResult;
	let users: string | undefined;
	try {
		if (await isImported(warehouse, file)) return nothingDone;
		const reading = await read(warehouse, file, options);
		users = await computeVisitors(warehouse, { ...file, untilMs: file.params.untilMs }, options.visitorSecret);
		result = await checkRows(warehouse, file, reading, options);
	} catch (error) {
		// If this fails, too, the next import of the file drops the tables.
		await warehouse.command(`DROP TABLE IF EXISTS ${file.staging} SYNC`).catch(() => undefined);
		await dropUsers(warehouse, file.staging).catch(() => undefined);
		return refuse(path, error, options);
	}
	await copy(warehouse, file, users, options).catch((error: unknown) => {
		throw copyRefusal(path, error);
	});
	return result;
}

/** @throws the refusal for an error; for an aborted import, which may fail with any error, the reason of its signal */
function refuse(path: string, error: unknown, { signal }: ImportOptions): never {
	signal?.throwIfAborted();
	throw stagingRefusal(path, error);
}

/** Names the staging table and the segment of a file after its content. */
async function named(path: string, kind: FileKind, options: ImportOptions): Promise<StagedFile> {
	const id = await identityOf(path, kind, options);
	const params = {
		segment: `${importPrefix}${id}`,
		site: options.site ?? '',
		fallbackSite: options.fallbackSite,
		shiftDays: options.shiftDays ?? 0,
		untilMs: options.untilMs ?? 0,
	};
	return { path, kind, staging: `import_${id}`, params };
}

/** Copies the staged events, and drops their table, which marks the import as complete. */
async function copy(
	warehouse: Warehouse,
	{ staging, params }: StagedFile,
	users: string | undefined,
	options: ImportOptions,
): Promise<void> {
	const { untilMs } = params;
	const exclusively = options.exclusively ?? ((work) => work());
	const statement = copyStaged(staging, users);
	await exclusively(() => warehouse.command(statement, { params: { untilMs }, settings: copySettings }));
	if (users !== undefined) await dropUsers(warehouse, staging);
	await warehouse.command(`DROP TABLE ${staging} SYNC`);
}

/** A file and its staging table. */
interface StagedFile {
	readonly path: string;
	readonly kind: FileKind;
	readonly staging: string;
	readonly params: { segment: string; site: string; fallbackSite: string; shiftDays: number; untilMs: number };
}

/** Reads the whole file into the staging table. */
async function read(warehouse: Warehouse, file: StagedFile, { onStep, signal }: ImportOptions): Promise<Reading> {
	onStep?.(`Reading ${file.path}`);
	return fillInEncoding(warehouse, file, signal);
}

/** Counts the staged rows, and writes the rejected ones to their file. */
async function checkRows(
	warehouse: Warehouse,
	file: StagedFile,
	reading: Reading,
	{ onStep, signal }: ImportOptions,
): Promise<ImportResult> {
	const { path, staging, params } = file;
	const [counts] = await warehouse.query<Record<'rows' | 'rejected' | 'stored', string>>(countStaged(staging), {
		params: { untilMs: params.untilMs },
	});
	const rejected = Number(counts?.rejected);
	const stored = Number(counts?.stored);
	const rejectsFile = `${path}.rejects.ndjson`;
	const firstRejects =
		rejected === 0 ? [] : await writeRejects(warehouse, staging, reading.linesBefore, rejectsFile, signal);
	if (rejected === 0) await rm(rejectsFile, { force: true });
	onStep?.(`Storing ${stored} events`);
	signal?.throwIfAborted();
	return {
		wasThere: false,
		rows: Number(counts?.rows),
		rejected,
		stored,
		rejectsFile: rejected === 0 ? undefined : rejectsFile,
		firstRejects,
	};
}

/**
 * Fills the staging table from a file, whatever the encoding of its text. Whether a file is Latin-1 can be seen only
 * when rows are not UTF-8; then it is read again.
 *
 * @throws ImportRefusal when the encoding of the text is not certain
 */
async function fillInEncoding(warehouse: Warehouse, file: StagedFile, signal?: AbortSignal): Promise<Reading> {
	const { path, kind, staging } = file;
	if (kind.format === 'parquet') return fillFromParquet(warehouse, file, signal);
	const bytes = new PlainBytes(warehouse, file, signal);
	try {
		const { line, encoding } = await readHeader(warehouse, path, kind, staging);
		const reading = readingOf(kind, line, path);
		if (encoding !== 'utf-8') {
			await fill(warehouse, file, reading, async () => ({ body: convertedText(await bytes.read(), encoding) }));
			return reading;
		}
		await fill(warehouse, file, reading, () => originalOf(file, signal));
		if (!(await hasOtherText(warehouse, staging))) return reading;
		const scanned = await scanEncoding(await bytes.read());
		if (scanned === 'unknown') {
			throw new ImportRefusal(
				`${path} is not encoded in UTF-8, and not certainly in Latin-1 (ISO 8859-1); convert it to UTF-8`,
			);
		}
		if (scanned === 'latin1')
			await fill(warehouse, file, reading, async () => ({ body: convertedText(await bytes.read(), scanned) }));
		return reading;
	} finally {
		// If this fails, the next import of the file drops the table; an error of the import is more important.
		await bytes.drop().catch(() => undefined);
	}
}

/** Whether the staging table has rows with bytes that are not UTF-8. */
async function hasOtherText(warehouse: Warehouse, staging: string): Promise<boolean> {
	const [found] = await warehouse.query<{ isThere: number }>(
		`SELECT count() > 0 AS isThere FROM ${staging} WHERE reason = {notUtf8:String}`,
		{ params: { notUtf8 } },
	);
	return found?.isThere === 1;
}

/** Fills the staging table from Parquet. Whether its maps and lists are text is seen only when they cannot be read. */
async function fillFromParquet(warehouse: Warehouse, file: StagedFile, signal?: AbortSignal): Promise<Reading> {
	const textFields = new Set<string>();
	for (;;) {
		const reading = parquetReading(textFields);
		try {
			await fill(warehouse, file, reading, () => originalOf(file, signal));
			return reading;
		} catch (error) {
			const field = nestedFields.find((name) => !textFields.has(name) && isTextFor(name, error));
			if (field === undefined) throw error;
			textFields.add(field);
		}
	}
}

/** Whether ClickHouse could not read a field of a Parquet file as a map or list, because the file has it as text. */
function isTextFor(field: string, error: unknown): boolean {
	if (!(error instanceof WarehouseError)) return false;
	const isText = /Left type: String, right type: Map|Cannot parse input: expected '\(' before/.test(error.message);
	return isText && error.message.includes(`column: ${field}:`);
}

const nothingDone: ImportResult = {
	wasThere: true,
	rows: 0,
	rejected: 0,
	stored: 0,
	rejectsFile: undefined,
	firstRejects: [],
};

/** Blocks are large, since each becomes at least one part. A sort that is too large for the memory uses the disk. */
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
 * An id of 16 hexadecimal digits for the content of a file and its sites. The shift of its times is not part of the
 * id, so that an import with the shift of another day is recognised as a repetition.
 *
 * @throws ImportRefusal when the file is truncated zstd, which ClickHouse does not detect
 */
async function identityOf(
	path: string,
	{ encoding }: FileKind,
	{ site, fallbackSite, signal }: ImportOptions,
): Promise<string> {
	const hash = createHash('sha256');
	const frames = encoding === 'zstd' ? new ZstdFrames() : undefined;
	for await (const chunk of plainFileStream(path, { signal })) {
		hash.update(chunk);
		frames?.push(chunk);
	}
	if (frames?.isWhole === false) throw unreadable(path, 'its last zstd frame is truncated');
	return hash
		.update(JSON.stringify([site, fallbackSite]))
		.digest('hex')
		.slice(0, 16);
}

/**
 * Whether the file has been imported completely. The staging table is dropped last, so events without one are complete.
 */
async function isImported(warehouse: Warehouse, { staging, params: { segment } }: StagedFile): Promise<boolean> {
	const [row] = await warehouse.query<{ isImported: number }>(
		`SELECT (SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = {staging:String}) = 0
			AND (SELECT count() FROM events WHERE segment = {segment:String}) > 0 AS isImported`,
		{ params: { staging, segment } },
	);
	return row?.isImported === 1;
}

/** The bytes that ClickHouse reads, and their compression. */
interface Source {
	readonly body: Readable;
	readonly encoding?: FileKind['encoding'];
}

/** The bytes of a file as they are. */
function originalOf({ path, kind: { encoding } }: StagedFile, signal: AbortSignal | undefined): Source {
	return { body: plainFileStream(path, { signal }), encoding };
}

/** Fills a new staging table. */
async function fill(
	warehouse: Warehouse,
	{ staging, params }: StagedFile,
	{ select, format, settings }: Reading,
	open: () => Source | Promise<Source>,
): Promise<void> {
	await warehouse.command(`DROP TABLE IF EXISTS ${staging} SYNC`);
	await warehouse.command(createStaging(staging));
	const { body, encoding } = await open();
	let fileFault: Error | undefined;
	body.once('error', (error: Error) => {
		if (isOfFile(error)) fileFault = error;
	});
	const options = {
		queryId: randomUUID(),
		params,
		settings: { ...settings, async_insert: 0, min_insert_block_size_rows: 262_144 },
		...(encoding === undefined ? {} : { encoding }),
	};
	await warehouse
		.insertStream(`${fillStaging(staging, select)} FORMAT ${format}`, body, options)
		.catch((error: unknown) => {
			// ClickHouse sees only that its request ended early.
			throw fileFault ?? error;
		});
}
