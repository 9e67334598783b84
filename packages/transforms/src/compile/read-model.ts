import { isStored, type Materialization, type Model, type ModelColumn, referencesOf } from './model.js';

/** A model, or all faults of its file. */
export type ReadResult = { ok: true; model: Model } | { ok: false; faults: string[] };

const knownKeys = [
	'description',
	'grain',
	'order',
	'materialized',
	'partition',
	'tags',
	'carries',
	'events',
	'reports',
	'follows',
	'defined',
	'column',
	'alias',
	'check',
];

/** Header words of earlier versions, with the words that replaced them. */
const renamedKeys: Record<string, string> = { refresh: 'materialized', unit: 'partition' };
const renamedMaterializations: readonly [old: RegExp, current: string][] = [
	[/^run$/, 'ephemeral'],
	[/^visitor$/, 'incremental by visitor'],
	[/^unit$/, 'incremental by partition'],
	[/^onwards (\d{1,3})$/, 'incremental from partition, lookback $1 days'],
];

/**
 * Reads a model file: header lines `-- @key value`, then the SELECT. Pure. Keys:
 *
 * - `description`; `grain` and `order`, column names with commas; `tags`, optional
 * - `materialized`: `ephemeral`, `incremental by visitor`, `incremental by order`,
 *   `incremental by partition`, `incremental from partition, lookback 29 days` or `view`, see `Materialization`
 * - `partition`: the time partition, `day` (default) or `week`
 * - `carries`: two columns, `events`: a condition on raw rows, `reports`: a condition on reports of orders,
 *   `follows`: a column in the list of a model, and `defined`: `true` or `false`; all optional, see `Model`
 * - `column name type: description` for every column; a test in braces may follow the type:
 *   `count UInt64 {>= 1}: Events.`
 * - `alias former column`: a former name of a column, which readers can use for one more version
 * - `check condition: explanation`, a condition that every row must meet
 *
 * @param name file name without `.sql`
 * @param folder the folder of the file, `3_marts`; the layer is the folder without its number
 */
export function readModel(name: string, folder: string, text: string): ReadResult {
	const header = headerOf(text);
	const events = header.find(({ key }) => key === 'events')?.value;
	const sql = withEventsOnly(text.replaceAll(/^-- @.*\n/gm, '').trim(), events);
	const faults: string[] = [];
	const isRenamed = (key: string) => header.some((line) => renamedKeys[line.key] === key);
	const valuesOf = (key: string) => header.filter((line) => line.key === key).map(({ value }) => value);
	const one = (key: string): string => {
		const values = valuesOf(key);
		if (values.length !== 1 && !isRenamed(key))
			faults.push(`${name}: the header needs one @${key}, it has ${values.length}`);
		return values[0] ?? '';
	};
	const list = (text: string) => text.split(/\s*,\s*/).filter((item) => item !== '');
	const columns = valuesOf('column').flatMap((value) => readColumn(name, value, faults));
	const model: Model = {
		name,
		layer: folder.replace(/^\d_/, ''),
		description: one('description'),
		grain: list(one('grain')),
		order: list(one('order')),
		materialized: readMaterialization(name, one('materialized'), faults),
		partition: readPartition(name, valuesOf('partition')[0] ?? 'day', faults),
		tags: list(valuesOf('tags').join(',')),
		carries: readCarries(name, valuesOf('carries')[0], list, faults),
		events,
		reports: valuesOf('reports')[0],
		follows: readFollows(name, valuesOf('follows')[0], faults),
		isDefined: readDefined(name, valuesOf('defined')[0] ?? 'true', faults),
		columns,
		aliases: valuesOf('alias').flatMap((value) => readAlias(name, value, columns, faults)),
		checks: valuesOf('check').flatMap((value) => readCheck(name, value, faults)),
		sql,
		reads: referencesOf(sql),
	};
	for (const { key } of header) {
		if (!knownKeys.includes(key) && !Object.hasOwn(renamedKeys, key))
			faults.push(`${name}: the header has an unknown @${key}; known are ${knownKeys.join(', ')}`);
	}
	const partition = isStored(model) ? [model.partition] : [];
	const visitor = model.materialized.kind === 'incremental by visitor' ? ['site', 'visitor_id'] : [];
	const carried = model.carries === undefined ? [] : [model.carries.hashes, model.carries.isContinued];
	for (const key of [...model.grain, ...model.order, ...partition, ...visitor, ...carried]) {
		if (!columns.some((column) => column.name === key)) faults.push(`${name}: "${key}" in the header is not a column`);
	}
	return faults.length > 0 ? { ok: false, faults } : { ok: true, model };
}

/**
 * Adds the header's condition on raw rows to the one of the run. Both apply after the receipt that counts is chosen: a
 * receipt that does not count may fulfil the condition.
 */
const withEventsOnly = (sql: string, events: string | undefined) =>
	events === undefined ? sql : sql.replaceAll('{{wanted}}', () => `{{wanted}} AND (${events})`);

function readColumn(model: string, value: string, faults: string[]): ModelColumn[] {
	const match = /^(\w+) ([^{}]+?)(?: \{([^{}]+)\})?: (.+)$/.exec(value);
	if (!match) {
		faults.push(`${model}: "@column ${value}" is not "name type: description" or "name type {test}: description"`);
		return [];
	}
	const [, name = '', type = '', test, description = ''] = match;
	return [{ name, type, description, test }];
}

function readAlias(model: string, value: string, columns: readonly ModelColumn[], faults: string[]): Model['aliases'] {
	const [name = '', column = '', ...others] = value.split(' ');
	const isColumn = (text: string) => columns.some((each) => each.name === text);
	if (others.length > 0 || !/^\w+$/.test(name) || isColumn(name) || !isColumn(column)) {
		faults.push(`${model}: "@alias ${value}" is not "former column", a name that no column has and the column's name`);
		return [];
	}
	return [{ name, column }];
}

function readCheck(model: string, value: string, faults: string[]): Model['checks'] {
	const match = /^(.+?): (.+)$/.exec(value);
	if (!match) {
		faults.push(`${model}: "@check ${value}" is not "condition: explanation"`);
		return [];
	}
	return [{ condition: match[1] as string, words: match[2] as string }];
}

function readFollows(model: string, value: string | undefined, faults: string[]): Model['follows'] {
	if (value === undefined) return undefined;
	const [, column = '', read = '', list = ''] = /^(\w+) in (\w+)\.(\w+)$/.exec(value) ?? [];
	if (column === '') faults.push(`${model}: "@follows ${value}" is not "column in model.list"`);
	return { column, model: read, list };
}

function readDefined(model: string, value: string, faults: string[]): boolean {
	if (value !== 'true' && value !== 'false') faults.push(`${model}: "@defined ${value}" is not one of true, false`);
	return value !== 'false';
}

function readCarries(
	model: string,
	value: string | undefined,
	list: (text: string) => string[],
	faults: string[],
): Model['carries'] {
	if (value === undefined) return undefined;
	const [hashes = '', isContinued = '', ...others] = list(value);
	if (isContinued === '' || others.length > 0)
		faults.push(
			`${model}: "@carries ${value}" is not two columns: hashes of event ids, and whether the day's first session began on an earlier day`,
		);
	return { hashes, isContinued };
}

/**
 * Reports header lines with words of earlier versions, each with the words that replaced them. Pure.
 *
 * @param file path for the report
 * @param text the file as it is on disk, so that the numbers of lines are right
 */
export function renamedHeaders(file: string, text: string): string[] {
	return headerOf(text).flatMap((line) => renamedFault(file, line));
}

interface HeaderLine {
	key: string;
	value: string;
	/** Number of the line, from 1. */
	line: number;
}

function headerOf(text: string): HeaderLine[] {
	return text.split('\n').flatMap((line, i) => {
		const [, key, value = ''] = /^-- @(\w+) (.*)$/.exec(line) ?? [];
		return key === undefined ? [] : [{ key, value: value.trim(), line: i + 1 }];
	});
}

function renamedFault(file: string, { key, value, line }: HeaderLine): string[] {
	const isMaterialization = key === 'refresh' || key === 'materialized';
	const renamed = isMaterialization ? renamedMaterializations.find(([old]) => old.test(value)) : undefined;
	const current = `@${renamedKeys[key] ?? key} ${renamed === undefined ? value : value.replace(...renamed)}`;
	return current === `@${key} ${value}` ? [] : [`${file}:${line}: "@${key} ${value}" is now "${current}"`];
}

function readMaterialization(model: string, value: string, faults: string[]): Materialization {
	if (
		value === 'ephemeral' ||
		value === 'incremental by visitor' ||
		value === 'incremental by order' ||
		value === 'incremental by partition' ||
		value === 'view'
	)
		return { kind: value };
	const days = /^incremental from partition, lookback (\d{1,3}) days$/.exec(value)?.[1];
	// An absent value and one of an earlier version have faults of their own.
	const isReported = value === '' || renamedMaterializations.some(([old]) => old.test(value));
	if (days === undefined && !isReported)
		faults.push(
			`${model}: "@materialized ${value}" is not one of ephemeral, incremental by visitor, incremental by order, ` +
				'incremental by partition, "incremental from partition, lookback N days", view',
		);
	return { kind: 'incremental from partition', lookbackDays: Number(days ?? 0) };
}

function readPartition(model: string, value: string, faults: string[]): Model['partition'] {
	if (value === 'day' || value === 'week') return value;
	faults.push(`${model}: "@partition ${value}" is not one of day, week`);
	return 'day';
}
