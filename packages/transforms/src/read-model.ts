import { type Model, type ModelColumn, type Refresh, referencesOf } from './model.js';

/** A model file, or what is wrong with it. */
export type ReadResult = { ok: true; model: Model } | { ok: false; faults: string[] };

const knownKeys = ['description', 'grain', 'order', 'refresh', 'unit', 'tags', 'carries', 'column', 'alias', 'check'];

/**
 * Reads a model file: header lines `-- @key value`, then the SELECT. Pure. Keys:
 *
 * - `description`; `grain` and `order`, names with commas; `tags`, optional
 * - `refresh`: `run`, `visitor`, `unit`, `onwards 29` or `view`, see `Refresh`
 * - `unit`: `day` (when absent) or `week`
 * - `carries`: two columns, optional, see `Model`
 * - `column name type: description` for every column, with a test in braces behind the type: `count UInt64 {>= 1}: Events.`
 * - `alias former column`: a former name of a column, which readers can use for one more version
 * - `check condition: words`, what must hold in every row
 *
 * @param layer the folder, without its number
 */
export function readModel(name: string, layer: string, text: string): ReadResult {
	const header = [...text.matchAll(/^-- @(\w+) (.*)$/gm)].map(([, key = '', value = '']) => ({
		key,
		value: value.trim(),
	}));
	const sql = text.replaceAll(/^-- @.*\n/gm, '').trim();
	const faults: string[] = [];
	const valuesOf = (key: string) => header.filter((line) => line.key === key).map(({ value }) => value);
	const one = (key: string): string => {
		const values = valuesOf(key);
		if (values.length !== 1) faults.push(`${name}: the header needs one @${key}, it has ${values.length}`);
		return values[0] ?? '';
	};
	const list = (text: string) => text.split(/\s*,\s*/).filter((item) => item !== '');
	const columns = valuesOf('column').flatMap((value) => readColumn(name, value, faults));
	const model: Model = {
		name,
		layer,
		description: one('description'),
		grain: list(one('grain')),
		order: list(one('order')),
		refresh: readRefresh(name, one('refresh'), faults),
		unit: readUnit(name, valuesOf('unit')[0] ?? 'day', faults),
		tags: list(valuesOf('tags').join(',')),
		carries: readCarries(name, valuesOf('carries')[0], list, faults),
		columns,
		aliases: valuesOf('alias').flatMap((value) => readAlias(name, value, columns, faults)),
		checks: valuesOf('check').flatMap((value) => readCheck(name, value, faults)),
		sql,
		reads: referencesOf(sql),
	};
	for (const { key } of header) {
		if (!knownKeys.includes(key)) faults.push(`${name}: the header has an unknown @${key}`);
	}
	const unit = model.refresh.kind === 'run' || model.refresh.kind === 'view' ? [] : [model.unit];
	const visitor = model.refresh.kind === 'visitor' ? ['site', 'visitor_id'] : [];
	const carried = model.carries === undefined ? [] : [model.carries.hashes, model.carries.isContinued];
	for (const key of [...model.grain, ...model.order, ...unit, ...visitor, ...carried]) {
		if (!columns.some((column) => column.name === key)) faults.push(`${name}: "${key}" in the header is not a column`);
	}
	return faults.length > 0 ? { ok: false, faults } : { ok: true, model };
}

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
		faults.push(`${model}: "@check ${value}" is not "condition: words"`);
		return [];
	}
	return [{ condition: match[1] as string, words: match[2] as string }];
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
			`${model}: "@carries ${value}" is not two columns: hashes of event ids, and whether the day's first session goes on from before`,
		);
	return { hashes, isContinued };
}

function readRefresh(model: string, value: string, faults: string[]): Refresh {
	if (value === 'run' || value === 'visitor' || value === 'unit' || value === 'view') return { kind: value };
	const days = /^onwards (\d{1,3})$/.exec(value)?.[1];
	if (days === undefined && value !== '')
		faults.push(`${model}: "@refresh ${value}" is not one of run, visitor, unit, onwards DAYS, view`);
	return { kind: 'onwards', lookbackDays: Number(days ?? 0) };
}

function readUnit(model: string, value: string, faults: string[]): Model['unit'] {
	if (value === 'day' || value === 'week') return value;
	faults.push(`${model}: "@unit ${value}" is not one of day, week`);
	return 'day';
}
