import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Warehouse } from '../client/client.js';
import { ImportRefusal } from './import-refusal.js';

/** A rejected row: one that is not a valid event. */
export interface Reject {
	/** Line number in the file, from 1; row number in a Parquet file. */
	readonly line: number;
	/** The fault, a predicate that follows "line 7". */
	readonly reason: string;
	/** Text of the row, 10,000 bytes at most. */
	readonly raw: string;
}

/** Rows of a page; each has up to 10,000 bytes. */
const pageRows = 2_000;
/** Maximum number of rejected rows in the result. */
const shownMax = 10;

/**
 * Writes the rejected rows of a staging table to a file, one JSON object per line. The file is named `.rejects.ndjson`,
 * as in earlier versions, since programs of operators read it.
 *
 * @param linesBefore lines of the imported file before its first row
 * @returns the first 10
 * @throws ImportRefusal when the file cannot be written
 */
export async function writeRejects(
	warehouse: Warehouse,
	staging: string,
	linesBefore: number,
	path: string,
	signal?: AbortSignal,
): Promise<Reject[]> {
	const first: Reject[] = [];
	async function* lines() {
		for await (const reject of rejectsOf(warehouse, staging, linesBefore)) {
			if (first.length < shownMax) first.push(reject);
			yield `${JSON.stringify(reject)}\n`;
		}
	}
	try {
		await pipeline(lines, createWriteStream(path), { signal });
	} catch (error) {
		throw isFileFault(error) ? unwritable(path, error) : error;
	}
	return first;
}

function isFileFault(error: unknown): error is NodeJS.ErrnoException {
	return error instanceof Error && 'syscall' in error;
}

function unwritable(path: string, { message }: Error): ImportRefusal {
	return new ImportRefusal(
		`the rejected lines cannot be written to ${path}, so nothing was stored: ${message}; make room on its disk or make the file writable, or import a copy of the file in another directory`,
	);
}

interface StagedRow {
	readonly row: string;
	readonly reason: string;
	readonly raw: string;
	readonly newlines: number;
}

/** The line of a row is its number, plus the number of line breaks within the rows before it. */
async function* rejectsOf(warehouse: Warehouse, staging: string, linesBefore: number): AsyncGenerator<Reject> {
	let after = '-1';
	let newlines = 0;
	for (;;) {
		const page = await warehouse.query<StagedRow>(
			`SELECT row, reason, raw, newlines FROM ${staging}
			WHERE row > {after:Int64} AND (reason != '' OR newlines > 0) ORDER BY row LIMIT ${pageRows}`,
			{ params: { after } },
		);
		for (const { row, reason, raw, newlines: within } of page) {
			if (reason !== '') yield { line: 1 + linesBefore + Number(row) + newlines, reason, raw };
			newlines += within;
		}
		if (page.length < pageRows) return;
		after = (page.at(-1) as StagedRow).row;
	}
}
