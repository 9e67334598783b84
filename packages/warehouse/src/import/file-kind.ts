/** How a file is written, by its name. */
export interface FileKind {
	readonly format: 'csv' | 'ndjson' | 'parquet';
	/** How it is packed, as HTTP's Content-Encoding calls it; ClickHouse unpacks it. */
	readonly encoding: 'xz' | 'zstd' | 'gzip' | undefined;
}

const encodings = new Map([
	['xz', 'xz'],
	['zst', 'zstd'],
	['gz', 'gzip'],
] as const);
const formats = new Map([
	['csv', 'csv'],
	['ndjson', 'ndjson'],
	['jsonl', 'ndjson'],
	['parquet', 'parquet'],
] as const);

/** The endings that are known, for messages. */
export const knownEndings = '.csv, .ndjson, .jsonl or .parquet, and behind it .xz, .zst, .gz or nothing';

/** Reads the endings of a file's name; undefined when they say nothing. A CSV may leave its own out, as in events.xz. Pure. */
export function fileKind(path: string): FileKind | undefined {
	const endings = (path.split('/').at(-1) as string).toLowerCase().split('.').slice(1);
	const encoding = (encodings as ReadonlyMap<string, FileKind['encoding']>).get(endings.at(-1) ?? '');
	const name = (encoding === undefined ? endings.at(-1) : endings.at(-2)) ?? '';
	const format = (formats as ReadonlyMap<string, FileKind['format']>).get(name);
	if (format === undefined) return encoding === undefined ? undefined : { format: 'csv', encoding };
	return { format, encoding };
}
