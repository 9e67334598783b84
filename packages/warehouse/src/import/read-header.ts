import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Warehouse } from '../client.js';
import { ImportRefusal } from './reading.js';

/** The first line of a file. ClickHouse decompresses a compressed file and stops after the line. */
export async function readHeader(
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
		// The table shows the result: the server may answer and close the connection long before the end of the file.
		await warehouse
			.insertStream(statement, createReadStream(path), { queryId: randomUUID(), encoding, settings: onlyFirst })
			.catch(() => undefined);
		const [row] = await warehouse.query<{ line: string }>(`SELECT line FROM ${table}`);
		if (row === undefined) throw new ImportRefusal(`${path} is empty, or is not compressed as its name says`);
		return row.line;
	} finally {
		await warehouse.command(`DROP TABLE IF EXISTS ${table} SYNC`);
	}
}

/** Makes the first line available before ClickHouse decompresses the rest. */
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
