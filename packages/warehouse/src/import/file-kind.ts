/** Format and compression of a file, as its name says. */
export interface FileKind {
	readonly format: 'csv' | 'ndjson' | 'parquet';
	/** Compression, named as in HTTP's Content-Encoding; ClickHouse decompresses it. Undefined: none. */
	readonly encoding: 'xz' | 'zstd' | 'gzip' | undefined;
}

const encodings = new Map([
	['xz', 'xz'],
	['zst', 'zstd'],
	['gz', 'gzip'],
] as const);
const formats = new Map([
	['csv', 'csv'],
	['tsv', 'csv'],
	['ndjson', 'ndjson'],
	['jsonl', 'ndjson'],
	['parquet', 'parquet'],
] as const);

/** Known file extensions, for messages. */
export const knownEndings = '.csv, .tsv, .ndjson, .jsonl or .parquet, optionally followed by .xz, .zst or .gz';

/**
 * The kind of a file, from its extensions; undefined if they are unknown. A compressed CSV may omit `.csv`, as in
 * events.xz. Pure.
 */
export function fileKind(path: string): FileKind | undefined {
	const endings = (path.split('/').at(-1) as string).toLowerCase().split('.').slice(1);
	const encoding = (encodings as ReadonlyMap<string, FileKind['encoding']>).get(endings.at(-1) ?? '');
	const name = (encoding === undefined ? endings.at(-1) : endings.at(-2)) ?? '';
	const format = (formats as ReadonlyMap<string, FileKind['format']>).get(name);
	if (format === undefined) return encoding === undefined ? undefined : { format: 'csv', encoding };
	return { format, encoding };
}
