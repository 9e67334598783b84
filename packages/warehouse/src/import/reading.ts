import { eventColumns } from '../event-columns.js';
import type { FileKind } from './file-kind.js';

/**
 * Names of the fields that are read from a file, all as text: the columns of `events`, and `dt` as another name of
 * `ts`.
 */
const rawFields = [...eventColumns.map(({ name }) => name).filter((name) => name !== 'segment'), 'dt'] as const;

/** How ClickHouse reads the rows of a file. */
export interface Reading {
	/** A SELECT of `row` (from 0), a text for each field, `fault`, `raw` and `newlines`. */
	readonly select: string;
	/** Name of the input format, for the end of the statement. */
	readonly format: string;
	readonly settings: Readonly<Record<string, number>>;
	/** Lines of the file before the first row. */
	readonly linesBefore: number;
}

/** A single thread, so that row numbers follow the file. */
const inOrder = {
	max_threads: 1,
	max_insert_threads: 1,
	input_format_parallel_parsing: 0,
	input_format_null_as_default: 0,
};

/** A file cannot be imported. The message says why and what to do. */
export class ImportRefusal extends Error {}

/**
 * How ClickHouse reads a file of a kind. Pure.
 *
 * @param header the first line of a CSV file, otherwise empty
 * @param path path of the file, for messages
 * @throws ImportRefusal when the header lacks a required column, or contains a column twice
 */
export function readingOf({ format }: FileKind, header: string, path: string): Reading {
	if (format === 'csv') return csvReading(header, path);
	if (format === 'ndjson') return ndjsonReading();
	return parquetReading();
}

/** Number of surplus fields that are kept of a line with more fields than the header. */
const surplusMax = 8;

/** Formats fields as a line of CSV, without the fields that are missing in the line. */
const csvLine = (fields: readonly string[]) => `arrayStringConcat(arrayMap(
	field -> if(match(field, '[",\\r\\n]'), concat('"', replaceAll(field, '"', '""'), '"'), field),
	arrayMap(field -> assumeNotNull(field), arrayFilter(field -> isNotNull(field), [${fields.join(', ')}]))), ',')`;

/**
 * Reads fields by position, with more columns than the header has. By name, ClickHouse would accept lines with too few
 * or too many fields without an error.
 */
function csvReading(header: string, path: string): Reading {
	const names = header
		.replace(/^\ufeff/, '')
		.trimEnd()
		.split(',')
		.map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
	if (new Set(names).size < names.length)
		throw new ImportRefusal(`${path} has a column twice in its first line; name each column once`);
	if (!names.includes('name') || !(names.includes('ts') || names.includes('dt')))
		throw new ImportRefusal(
			`${path} does not name the columns in its first line; name at least name, url, user_id or visitor_id, and ts or dt`,
		);
	const places = names.map((_, n) => `c${n}`);
	const surplus = Array.from({ length: surplusMax }, (_, n) => `surplus${n}`);
	const structure = [...places, ...surplus].map((place) => `${place} Nullable(String)`).join(', ');
	const fields = rawFields.map((field) => {
		const at = names.indexOf(field);
		return `${at === -1 ? "''" : `ifNull(c${at}, '')`} AS ${field}`;
	});
	const all = places.map((place) => `ifNull(${place}, '')`).join(", '\\n', ");
	const faults = [
		`isNotNull(surplus0), 'has more fields than the header'`,
		`isNull(${places.at(-1)}), 'has fewer fields than the header'`,
	];
	return {
		select: `SELECT rowNumberInAllBlocks() AS row, ${fields.join(', ')},
			multiIf(${faults.join(', ')}, '') AS fault,
			${csvLine([...places, ...surplus])} AS raw,
			countSubstrings(concat(${all}), '\\n') - ${places.length - 1} AS newlines
			FROM input('${structure}')`,
		format: 'CSV',
		settings: {
			...inOrder,
			input_format_csv_skip_first_lines: 1,
			input_format_csv_allow_variable_number_of_columns: 1,
			input_format_csv_skip_trailing_empty_lines: 1,
			input_format_csv_empty_as_default: 0,
		},
		linesBefore: 1,
	};
}

function ndjsonReading(): Reading {
	const tuple = rawFields.map((field) => `${field} String`).join(', ');
	const fields = rawFields.map((field, n) => `tupleElement(object, ${n + 1}) AS ${field}`);
	return {
		select: `SELECT row, ${fields.join(', ')}, fault, raw, 0 AS newlines FROM (
			SELECT rowNumberInAllBlocks() AS row, line AS raw, JSONExtract(line, 'Tuple(${tuple})') AS object,
				if(JSONType(line) = 'Object', '', 'is not a JSON object') AS fault
			FROM input('line String'))`,
		format: 'LineAsString',
		settings: inOrder,
		linesBefore: 0,
	};
}

/** Maps in Parquet cannot be read as text, so they are read as maps and converted to text. */
const parquetMaps: readonly string[] = ['exp', 'props'];

function parquetReading(): Reading {
	const isMap = (field: string) => parquetMaps.includes(field);
	const structure = rawFields.map((field) => `${field} ${isMap(field) ? 'Map(String, String)' : 'String'}`).join(', ');
	const texts = rawFields.map((field) => (isMap(field) ? `toJSONString(i.${field})` : `i.${field}`));
	return {
		select: `SELECT rowNumberInAllBlocks() AS row, ${rawFields.map((field, n) => `${texts[n]} AS ${field}`).join(', ')}, '' AS fault,
			arrayStringConcat([${texts.join(', ')}], ',') AS raw, 0 AS newlines FROM input('${structure}') AS i`,
		format: 'Parquet',
		settings: { ...inOrder, input_format_parquet_preserve_order: 1 },
		linesBefore: 0,
	};
}
