import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Warehouse } from '../client.js';
import { ImportRefusal } from './reading.js';

/** A row that is no event. */
export interface Reject {
	/** Of the file, from 1; of Parquet, the row. */
	readonly line: number;
	readonly reason: string;
	/** At most 10,000 bytes of what it says. */
	readonly raw: string;
}

/** Each may bring 10,000 bytes. */
const pageRows = 2_000;
const shownMax = 10;

/**
 * Writes the rows of a staging table that are no events into a file, one JSON object a line.
 *
 * @param linesBefore lines of the imported file before its first row
 * @returns the first of them
 * @throws ImportRefusal when the file cannot be written
 */
export async function keepAside(
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
		`lines that are no events cannot be kept in ${path}, so nothing was stored: ${message}; mend that, or import a copy that lies elsewhere`,
	);
}

interface StagedRow {
	readonly row: string;
	readonly reason: string;
	readonly raw: string;
	readonly newlines: number;
}

/** A row's line is its number, and one more for each line break within the rows before it. */
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
