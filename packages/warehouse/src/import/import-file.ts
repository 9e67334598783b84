import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Warehouse } from '../client.js';
import { WarehouseError } from '../warehouse-error.js';
import { copyStaged, countStaged, createStaging, fillStaging } from './event-sql.js';
import { type FileKind, fileKind, knownEndings } from './file-kind.js';
import { readHeader } from './read-header.js';
import { ImportRefusal, type Reading, readingOf } from './reading.js';
import { keepAside, type Reject } from './rejects.js';
import { ZstdFrames } from './zstd-frames.js';

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
	/** Aborting it leaves nothing behind, until the good rows are being stored: that is brought to its end. */
	readonly signal?: AbortSignal;
	/** What is being done, in a line. */
	onStep?(line: string): void;
}

export interface ImportResult {
	/** All of it was there already, and nothing was done. */
	readonly wasThere: boolean;
	/** Rows of the file, and those of them that are no events. */
	readonly rows: number;
	readonly rejected: number;
	/** Events of the file that are stored now: neither rejected nor later than `untilMs`. */
	readonly stored: number;
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
 * @throws ImportRefusal when the file cannot be read as what its name says, or the rows that are no events cannot be kept
 * @throws the reason of `signal` when it was aborted in time
 */
export async function importFile(warehouse: Warehouse, path: string, options: ImportOptions): Promise<ImportResult> {
	const kind = fileKind(path);
	if (kind === undefined) throw new ImportRefusal(`${path} does not end in ${knownEndings}`);
	const id = await identityOf(path, kind, options);
	const staging = `import_${id}`;
	const segment = `import-${id}`;
	if (await isThere(warehouse, staging, segment)) return nothingDone;
	await warehouse.command(`DROP TABLE IF EXISTS ${staging} SYNC`);
	const params = {
		segment,
		site: options.site ?? '',
		fallbackSite: options.fallbackSite,
		shiftDays: options.shiftDays ?? 0,
		untilMs: options.untilMs ?? 0,
	};
	let result: ImportResult;
	try {
		result = await judge(warehouse, { path, kind, staging, params }, options);
	} catch (error) {
		await warehouse.command(`DROP TABLE IF EXISTS ${staging} SYNC`);
		// What was cut off fails in one way or another.
		options.signal?.throwIfAborted();
		throw error;
	}
	const exclusively = options.exclusively ?? ((work) => work());
	await exclusively(() =>
		warehouse.command(copyStaged(staging), { params: { untilMs: params.untilMs }, settings: copySettings }),
	);
	await warehouse.command(`DROP TABLE ${staging} SYNC`);
	return result;
}

/** A file on its way through its staging table. */
interface Judged {
	readonly path: string;
	readonly kind: FileKind;
	readonly staging: string;
	readonly params: Record<string, unknown>;
}

/** Reads the whole file into the staging table, and keeps aside what is no event. */
async function judge(warehouse: Warehouse, judged: Judged, { onStep, signal }: ImportOptions): Promise<ImportResult> {
	const { path, kind, staging, params } = judged;
	onStep?.(`Reading ${path}`);
	const header = kind.format === 'csv' ? await readHeader(warehouse, path, kind.encoding, staging) : '';
	const reading = readingOf(kind, header, path);
	await warehouse.command(createStaging(staging));
	await fill(warehouse, judged, reading, signal).catch((error: unknown) => {
		throw error instanceof WarehouseError && error.outcome === 'refused'
			? unreadable(path, error.message.split('\n', 1)[0] as string)
			: error;
	});
	const [counts] = await warehouse.query<Record<'rows' | 'rejected' | 'stored', string>>(countStaged(staging), {
		params: { untilMs: params.untilMs },
	});
	const rejected = Number(counts?.rejected);
	const stored = Number(counts?.stored);
	const rejectsFile = `${path}.rejects.ndjson`;
	const firstRejects =
		rejected === 0 ? [] : await keepAside(warehouse, staging, reading.linesBefore, rejectsFile, signal);
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

const nothingDone: ImportResult = {
	wasThere: true,
	rows: 0,
	rejected: 0,
	stored: 0,
	rejectsFile: undefined,
	firstRejects: [],
};

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
 *
 * @throws ImportRefusal when it is packed by zstd and cut off, which ClickHouse does not notice
 */
async function identityOf(
	path: string,
	{ encoding }: FileKind,
	{ site, fallbackSite, signal }: ImportOptions,
): Promise<string> {
	const hash = createHash('sha256');
	const frames = encoding === 'zstd' ? new ZstdFrames() : undefined;
	for await (const chunk of createReadStream(path, { signal })) {
		hash.update(chunk);
		frames?.push(chunk);
	}
	if (frames?.isWhole === false) throw unreadable(path, 'its last zstd frame is cut off');
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
	{ path, kind: { encoding }, staging, params }: Judged,
	{ select, format, settings }: Reading,
	signal: AbortSignal | undefined,
): Promise<void> {
	await warehouse.insertStream(`${fillStaging(staging, select)} FORMAT ${format}`, createReadStream(path, { signal }), {
		queryId: randomUUID(),
		params,
		settings: { ...settings, async_insert: 0, min_insert_block_size_rows: 262_144 },
		...(encoding === undefined ? {} : { encoding }),
	});
}

function unreadable(path: string, fault: string): ImportRefusal {
	return new ImportRefusal(`${path} cannot be read to its end, so nothing of it was stored: ${fault}`);
}
