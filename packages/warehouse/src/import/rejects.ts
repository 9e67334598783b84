import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Warehouse } from '../client.js';

/** A row that is no event. */
export interface Reject {
	/** Of the file, from 1; of Parquet, the row. */
	readonly line: number;
	readonly reason: string;
	readonly raw: string;
}

const pageRows = 10_000;
const shownMax = 10;

/**
 * Writes the rows of a staging table that are no events into a file, one JSON object a line; a file that is left from before goes away.
 *
 * @param linesBefore lines of the imported file before its first row
 */
export async function keepAside(
	warehouse: Warehouse,
	staging: string,
	linesBefore: number,
	path: string,
): Promise<{ rows: number; rejected: number; rejectsFile: string | undefined; firstRejects: Reject[] }> {
	await rm(path, { force: true });
	const [counts] = await warehouse.query<{ rows: string; rejected: string }>(
		`SELECT count() AS rows, countIf(reason != '') AS rejected FROM ${staging}`,
	);
	const rows = Number(counts?.rows);
	const rejected = Number(counts?.rejected);
	if (rejected === 0) return { rows, rejected, rejectsFile: undefined, firstRejects: [] };
	const file = createWriteStream(path);
	const firstRejects: Reject[] = [];
	for (let after = -1; ; ) {
		const page = await readPage(warehouse, staging, linesBefore, after);
		for (const { row: _, ...reject } of page) {
			if (firstRejects.length < shownMax) firstRejects.push(reject);
			if (!file.write(`${JSON.stringify(reject)}\n`)) await once(file, 'drain');
		}
		if (page.length < pageRows) break;
		after = (page.at(-1) as { row: number }).row;
	}
	file.end();
	await once(file, 'finish');
	return { rows, rejected, rejectsFile: path, firstRejects };
}

/** A row's line is its number, and one more for each line break within the rows before it. */
async function readPage(
	warehouse: Warehouse,
	staging: string,
	linesBefore: number,
	after: number,
): Promise<(Reject & { row: number })[]> {
	const found = await warehouse.query<{ row: string; line: string; reason: string; raw: string }>(
		`SELECT row, line, reason, raw FROM (
			SELECT row, reason, raw,
				1 + {linesBefore:UInt8} + row + sum(newlines) OVER (ORDER BY row ROWS UNBOUNDED PRECEDING) - newlines AS line
			FROM ${staging} WHERE reason != '' OR newlines > 0)
		WHERE reason != '' AND row > {after:Int64} ORDER BY row LIMIT ${pageRows}`,
		{ params: { linesBefore, after } },
	);
	return found.map(({ row, line, reason, raw }) => ({ row: Number(row), line: Number(line), reason, raw }));
}
