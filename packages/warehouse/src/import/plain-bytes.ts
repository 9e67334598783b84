import { randomUUID } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { plainFileStream } from '@footfall/host';
import type { Warehouse } from '../client/client.js';
import type { FileKind } from './file-kind.js';
import { inOrder } from './reading.js';

/** Rows of a page, and of a granule of the table. */
const pageRows = 2_000;

/**
 * The decompressed bytes of a file, to convert its text. ClickHouse decompresses xz and zstd into a table, since Node
 * cannot in all its supported versions. The table is removed by `drop`.
 */
export class PlainBytes {
	readonly #warehouse: Warehouse;
	readonly #path: string;
	readonly #encoding: FileKind['encoding'];
	readonly #table: string;
	readonly #signal: AbortSignal | undefined;
	#isStaged: boolean = false;

	/** @param staging name of the staging table of the file; the names of other tables begin with it */
	constructor(
		warehouse: Warehouse,
		{ path, kind, staging }: { path: string; kind: FileKind; staging: string },
		signal: AbortSignal | undefined,
	) {
		this.#warehouse = warehouse;
		this.#path = path;
		this.#encoding = kind.encoding;
		this.#table = `${staging}_lines`;
		this.#signal = signal;
	}

	/** A stream of all bytes. May be called several times. */
	async read(): Promise<Readable> {
		if (this.#encoding === 'xz' || this.#encoding === 'zstd') {
			await this.#stage(this.#encoding);
			return Readable.from(this.#staged(), { objectMode: false });
		}
		const file = plainFileStream(this.#path, { signal: this.#signal });
		// The reader of the last stream gets the error.
		return this.#encoding === 'gzip' ? pipeline(file, createGunzip(), () => undefined) : file;
	}

	async drop(): Promise<void> {
		await this.#warehouse.command(`DROP TABLE IF EXISTS ${this.#table} SYNC`);
	}

	async #stage(encoding: string): Promise<void> {
		if (this.#isStaged) return;
		await this.drop();
		await this.#warehouse.command(
			`CREATE TABLE ${this.#table} (row UInt64, line String) ENGINE = MergeTree ORDER BY row
			SETTINGS index_granularity = ${pageRows}`,
		);
		const statement = `INSERT INTO ${this.#table}
			SELECT rowNumberInAllBlocks(), line FROM input('line String') FORMAT LineAsString`;
		const body = plainFileStream(this.#path, { signal: this.#signal });
		await this.#warehouse.insertStream(statement, body, { queryId: randomUUID(), encoding, settings: inOrder });
		this.#isStaged = true;
	}

	/** The lines with the line feeds between them. A line feed is any byte of this value, also half a unit of UTF-16. */
	async *#staged(): AsyncGenerator<Buffer> {
		let bytes = 0;
		for (let first = 0; ; first += pageRows) {
			this.#signal?.throwIfAborted();
			const page = await this.#warehouse.query<{ line: string }>(
				`SELECT base64Encode(line) AS line FROM ${this.#table}
				WHERE row >= {first:UInt64} AND row < {first:UInt64} + ${pageRows} ORDER BY row`,
				{ params: { first } },
			);
			for (const { line } of page) {
				const content = Buffer.from(line, 'base64');
				if (bytes > 0 || first > 0) yield lineFeed;
				yield content;
				bytes += content.length + 1;
			}
			if (page.length < pageRows) break;
		}
		// The last line feed of the file is in no line. UTF-16 has an even number of bytes.
		if (bytes % 2 === 0) yield lineFeed;
	}
}

const lineFeed = Buffer.from('\n');
