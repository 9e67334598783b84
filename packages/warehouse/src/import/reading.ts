import { snakeCase } from '@footfall/protocol/names';
import { eventColumns, orderColumns } from '../schema/event-columns.js';
import type { FileKind } from './file-kind.js';
import { ImportRefusal } from './import-refusal.js';
import { toolFields } from './tool-names-sql.js';

/** The columns that an import sets itself, whatever a file has in them. */
const ownColumns: readonly string[] = ['source', 'segment'];

/** Fields under Footfall's names: the columns of `events`, and `dt` as another name of `ts`. */
const ownFields = [...eventColumns.map(({ name }) => name).filter((name) => !ownColumns.includes(name)), 'dt'] as const;

/** Names of the fields that are read from a file, all as text. */
export const rawFields: readonly string[] = [...ownFields, ...toolFields];

/** The columns of a row besides its fields: see {@link Reading}. */
export const rowColumns = ['row', 'fault', 'raw', 'hashed', 'newlines'] as const;

/** The fields before there were orders, of which a row of Parquet shows all, and from which its id is derived. */
const earlierFields = ownFields.filter((field) => !(orderColumns as readonly string[]).includes(field));

/** How ClickHouse reads the rows of a file. */
export interface Reading {
	/**
	 * A SELECT of `row` (from 0), a text for each field, `fault`, `raw`, `hashed` (the content from which an event id is
	 * derived) and `newlines`. A missing field is an empty text.
	 */
	readonly select: string;
	/** Name of the input format, for the end of the statement. */
	readonly format: string;
	readonly settings: Readonly<Record<string, string | number>>;
	/** Lines of the file before the first row. */
	readonly linesBefore: number;
}

/** A single thread, so that row numbers follow the file. */
export const inOrder = {
	max_threads: 1,
	max_insert_threads: 1,
	input_format_parallel_parsing: 0,
	input_format_null_as_default: 0,
	// In one merged step, ClickHouse would parse the JSON of a row again for some of its columns.
	query_plan_merge_expressions: 0,
};

/**
 * How ClickHouse reads a file of a kind. Pure.
 *
 * @param header the first line of a CSV file, otherwise empty
 * @param path path of the file, for messages
 * @throws ImportRefusal when the header lacks a required column, contains a column twice, or has a separator that is
 *   not read
 */
export function readingOf({ format }: FileKind, header: string, path: string): Reading {
	if (format === 'csv') return csvReading(header, path);
	if (format === 'ndjson') return ndjsonReading();
	return parquetReading(new Set());
}

/** Number of surplus fields that are kept of a line with more fields than the header. */
const surplusMax = 8;

/** Formats fields as a line of CSV, without the fields that are missing in the line. */
const csvLine = (fields: readonly string[], separator: string) => `arrayStringConcat(arrayMap(
	field -> if(match(field, '["${separator}\\r\\n]'), concat('"', replaceAll(field, '"', '""'), '"'), field),
	arrayMap(field -> assumeNotNull(field), arrayFilter(field -> isNotNull(field), [${fields.join(', ')}]))), '${separator}')`;

/** Separators of columns that are read. */
const separators = [',', ';', '\t'] as const;
/** Further separators that are recognised, so that the refusal can name them. */
const otherSeparators = ['|', ':', '^', '~', '#', '\u0001', ' '] as const;

/** The names of columns in the first line of a file, as given. */
function columnsOf(header: string, separator: string): string[] {
	return header
		.replace(/^\ufeff/, '')
		.replace(/[\r\n]+$/, '')
		.split(separator)
		.map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
}

/** Names of columns are compared without regard to case. */
function hasRequired(names: readonly string[]): boolean {
	const lower = names.map((name) => name.toLowerCase());
	return lower.includes('name') && (lower.includes('ts') || lower.includes('dt'));
}

/** @throws ImportRefusal when no separator, or one that is not read, divides the header into the required columns */
function separatorOf(header: string, path: string): string {
	const found = separators.find((separator) => hasRequired(columnsOf(header, separator)));
	if (found !== undefined) return found;
	const other = otherSeparators.find((separator) => hasRequired(columnsOf(header, separator)));
	if (other !== undefined) {
		throw new ImportRefusal(
			`${path} separates its columns with ${JSON.stringify(other)}; separate them with commas, semicolons or tabs`,
		);
	}
	throw new ImportRefusal(
		`${path} does not name the columns in its first line; name at least name, url, user_id or visitor_id, and ts or dt`,
	);
}

/**
 * The place of each known column. A column with the exact name takes precedence over one in camelCase.
 *
 * @throws ImportRefusal when a name occurs twice
 */
function placesOf(names: readonly string[], path: string): (field: string) => number {
	const known = names.filter((name) => (rawFields as readonly string[]).includes(name.toLowerCase()));
	const isTwice = new Set(names).size < names.length;
	if (isTwice || new Set(known.map((name) => name.toLowerCase())).size < known.length) {
		throw new ImportRefusal(`${path} has a column twice in its first line; name each column once`);
	}
	return (field) => {
		const at = names.findIndex((name) => name.toLowerCase() === field);
		return at === -1 ? names.findIndex((name) => snakeCase(name) === field) : at;
	};
}

/** A field of CSV as text. \N is NULL, as ClickHouse, MySQL and PostgreSQL write it. */
const csvText = (place: string) => `if(${place} = '\\\\N', '', ifNull(${place}, ''))`;

/**
 * Reads fields by position, with more columns than the header has. By name, ClickHouse would accept lines with too few
 * or too many fields without an error.
 */
function csvReading(header: string, path: string): Reading {
	const separator = separatorOf(header, path);
	const names = columnsOf(header, separator);
	const placeOf = placesOf(names, path);
	const places = names.map((_, n) => `c${n}`);
	const surplus = Array.from({ length: surplusMax }, (_, n) => `surplus${n}`);
	const structure = [...places, ...surplus].map((place) => `${place} Nullable(String)`).join(', ');
	const fields = rawFields.map((field) => {
		const at = placeOf(field);
		return `${at === -1 ? "''" : csvText(`c${at}`)} AS ${field}`;
	});
	const all = places.map((place) => `ifNull(${place}, '')`).join(", '\\n', ");
	const faults = [
		`isNotNull(surplus0), 'has more fields than the header'`,
		`isNull(${places.at(-1)}), 'has fewer fields than the header'`,
	];
	// Earlier versions left NULL out of the content, so the ids of events are the same only without it.
	const withoutNull = csvLine(
		[...places, ...surplus].map((place) => `nullIf(${place}, '\\\\N')`),
		separator,
	);
	return {
		select: `SELECT * FROM (SELECT rowNumberInAllBlocks() AS row, ${fields.join(', ')},
			multiIf(${faults.join(', ')}, '') AS fault,
			${csvLine([...places, ...surplus], separator)} AS raw,
			if(position(raw, '\\\\N') = 0, raw, ${withoutNull}) AS hashed,
			countSubstrings(concat(${all}), '\\n') - ${places.length - 1} AS newlines,
			isNull(c1) AND trimBoth(ifNull(c0, '')) = '' AS isBlank
			FROM input('${structure}')) WHERE NOT isBlank`,
		format: 'CSV',
		settings: {
			...inOrder,
			format_csv_delimiter: separator,
			// By default, \N would be NULL, and could not be distinguished from a field that the line lacks.
			format_csv_null_representation: '\u0001',
			input_format_csv_allow_whitespace_or_tab_as_delimiter: separator === '\t' ? 1 : 0,
			input_format_csv_skip_first_lines: 1,
			input_format_csv_allow_variable_number_of_columns: 1,
			input_format_csv_skip_trailing_empty_lines: 1,
			input_format_csv_empty_as_default: 0,
		},
		linesBefore: 1,
	};
}

/** A line without a byte order mark, which some programs write at the start of a file. */
const withoutMark = "if(startsWith(line, '\\xEF\\xBB\\xBF'), substring(line, 4), line)";

const hex = '[0-9a-fA-F]';
/** Half of a pair of surrogates, as an escape in JSON. */
const highEscape = `\\\\\\\\u[dD][89abAB]${hex}{2}`;
const lowEscape = `\\\\\\\\u[dD][c-fC-F]${hex}{2}`;

/**
 * Replaces the escapes of lone surrogates by U+FFFD, as the JSON endpoint does; ClickHouse would refuse the line.
 * Escaped backslashes and pairs are protected by control characters, which JSON does not allow in its texts.
 */
const withoutLoneSurrogates = (json: string) => {
	const backslashes = `replaceAll(${json}, '\\\\\\\\', '\\x01')`;
	const pairs = `replaceRegexpAll(${backslashes}, '\\\\\\\\u([dD][89abAB]${hex}{2})\\\\\\\\u([dD][c-fC-F]${hex}{2})', '\\x02\\\\1\\\\2')`;
	const lone = `replaceRegexpAll(${pairs}, '${highEscape}|${lowEscape}', '\\\\\\\\ufffd')`;
	const pairsBack = `replaceRegexpAll(${lone}, '\\x02(.{4})(.{4})', '\\\\\\\\u\\\\1\\\\\\\\u\\\\2')`;
	return `if(match(${json}, '${highEscape}|${lowEscape}'), replaceAll(${pairsBack}, '\\x01', '\\\\\\\\'), ${json})`;
};

/**
 * Writes the keys of an object in lower case, those in camelCase as snake_case. An exact key comes first, so that it
 * takes precedence.
 */
const withLowerKeys = (json: string) => `if(match(${json}, '"[^"]*[A-Z][^"]*"\\\\s*:'), concat('{', arrayStringConcat(
	arrayMap(pair -> concat(toJSONString(lower(replaceRegexpAll(pair.1, '([a-z0-9])([A-Z])', '\\\\1_\\\\2'))), ':', pair.2),
		arraySort(pair -> pair.1 != lower(pair.1), JSONExtractKeysAndValuesRaw(${json}))), ','), '}'), ${json})`;

function ndjsonReading(): Reading {
	const tuple = rawFields.map((field) => `${field} String`).join(', ');
	const fields = rawFields.map((field, n) => `tupleElement(object, ${n + 1}) AS ${field}`);
	return {
		select: `SELECT row, ${fields.join(', ')}, fault, raw, raw AS hashed, 0 AS newlines FROM (
			SELECT row, raw, ${withoutLoneSurrogates('raw')} AS json,
				if(JSONType(json) = 'Object', '', 'is not a JSON object') AS fault,
				JSONExtract(${withLowerKeys('json')}, 'Tuple(${tuple})') AS object
			FROM (SELECT rowNumberInAllBlocks() AS row, ${withoutMark} AS raw FROM input('line String'))
			WHERE NOT match(raw, '^\\\\s*$'))`,
		format: 'LineAsString',
		settings: inOrder,
		linesBefore: 0,
	};
}

/** Fields that are maps or lists. In Parquet these cannot be read as text, and text cannot be read as one of them. */
export const nestedFields = ['exp', 'props', 'items'] as const;

const itemType =
	'product_id Nullable(String), name Nullable(String), category Nullable(String), variant Nullable(String), price Nullable(Decimal(18, 4)), quantity Nullable(UInt32)';

/**
 * Reads Parquet. Every field may be NULL, which counts as missing; so does a value of a map or an item. Pure.
 *
 * @param textFields the fields among `nestedFields` that the file has as text
 */
export function parquetReading(textFields: ReadonlySet<string>): Reading {
	const isNested = (field: string) => (nestedFields as readonly string[]).includes(field) && !textFields.has(field);
	const nestedType = (field: string) =>
		field === 'items' ? `Array(Tuple(${itemType}))` : 'Map(String, Nullable(String))';
	const typeOf = (field: string) => (isNested(field) ? nestedType(field) : 'Nullable(String)');
	const nestedText = (field: string) =>
		field === 'items'
			? `if(empty(i.items), '', toJSONString(i.items))`
			: `toJSONString(mapFilter((key, value) -> isNotNull(value), i.${field}))`;
	const structure = ownFields.map((field) => `${field} ${typeOf(field)}`).join(', ');
	const given = (field: string) => (isNested(field) ? nestedText(field) : `ifNull(i.${field}, '')`);
	// A UUID is 16 bytes, which are not text.
	const shown = earlierFields.map((field) =>
		field === 'event_id' ? `if(length(event_id) = 16, hex(event_id), event_id)` : field,
	);
	// Rows without the later fields do not show them, so that their ids stay those of earlier versions.
	const later = `[${orderColumns.join(', ')}]`;
	const raw = `concat(arrayStringConcat([${shown.join(', ')}], ','),
		if(arrayExists(text -> text != '', ${later}), concat(',', arrayStringConcat(${later}, ',')), ''))`;
	return {
		select: `SELECT rowNumberInAllBlocks() AS row, ${ownFields.map((field) => `${given(field)} AS ${field}`).join(', ')},
			${toolFields.map((field) => `'' AS ${field}`).join(', ')}, '' AS fault,
			${raw} AS raw, raw AS hashed, 0 AS newlines FROM input('${structure}') AS i`,
		format: 'Parquet',
		settings: {
			...inOrder,
			input_format_parquet_preserve_order: 1,
			input_format_parquet_case_insensitive_column_matching: 1,
		},
		linesBefore: 0,
	};
}
