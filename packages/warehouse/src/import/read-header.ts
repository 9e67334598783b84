import { randomUUID } from 'node:crypto';
import { constants, open } from 'node:fs/promises';
import { plainFileStream } from '@footfall/host';
import type { Warehouse } from '../client/client.js';
import type { FileKind } from './file-kind.js';
import { ImportRefusal, isOfContent } from './import-refusal.js';
import { encodingOfHead, type TextEncoding } from './text-encoding.js';

/** The first line of a text file, and the encoding of the file as far as its first bytes show it. */
export interface Header {
	readonly line: string;
	readonly encoding: Exclude<TextEncoding, 'latin1'>;
}

/**
 * Reads the first line of a text file.
 *
 * @throws ImportRefusal when the encoding of the file cannot be read
 */
export async function readHeader(warehouse: Warehouse, path: string, kind: FileKind, staging: string): Promise<Header> {
	const head =
		kind.encoding === undefined ? await firstBytes(path) : await firstLine(warehouse, path, kind.encoding, staging);
	if (head === undefined) {
		if (kind.format === 'ndjson') return { line: '', encoding: 'utf-8' };
		throw new ImportRefusal(`${path} is empty, or is not compressed as its name says`);
	}
	const encoding = encodingOfHead(head);
	if (encoding === 'utf-32') throw new ImportRefusal(`${path} is encoded in UTF-32; convert it to UTF-8`);
	return { line: new TextDecoder(encoding).decode(head).split('\n', 1)[0] as string, encoding };
}

/**
 * The first line of a compressed file; undefined if ClickHouse finds none. It decompresses the file and stops after the
 * line.
 */
async function firstLine(
	warehouse: Warehouse,
	path: string,
	encoding: string,
	staging: string,
): Promise<Uint8Array | undefined> {
	const table = `${staging}_header`;
	await warehouse.command(`CREATE OR REPLACE TABLE ${table} (line String) ENGINE = Memory`);
	const statement = `INSERT INTO ${table} SELECT line FROM input('line String') LIMIT 1 FORMAT LineAsString`;
	try {
		// The table shows the result: the server may answer and close the connection long before the end of the file.
		const error = await warehouse
			.insertStream(statement, plainFileStream(path), { queryId: randomUUID(), encoding, settings: onlyFirst })
			.catch((cause: unknown) => cause);
		const [row] = await warehouse.query<{ line: string }>(
			`SELECT hex(substring(line, 1, ${headerBytesMax})) AS line FROM ${table}`,
		);
		if (row !== undefined) return Buffer.from(row.line, 'hex');
		if (error !== undefined && !isOfContent(error)) throw error;
		return undefined;
	} finally {
		await warehouse.command(`DROP TABLE IF EXISTS ${table} SYNC`);
	}
}

/** Makes the first line available before ClickHouse decompresses the rest. */
const onlyFirst = { max_threads: 1, max_block_size: 1, max_insert_block_size: 1, input_format_parallel_parsing: 0 };

const headerBytesMax = 65_536;

async function firstBytes(path: string): Promise<Uint8Array> {
	// A named pipe without a writer would block the thread for ever.
	const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytesMax), 0, headerBytesMax, 0);
		return buffer.subarray(0, bytesRead);
	} finally {
		await file.close();
	}
}
