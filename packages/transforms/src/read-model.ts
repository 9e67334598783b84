import { type Model, type ModelColumn, referencesOf } from './model.js';

/** A model file, or what is wrong with it. */
export type ReadResult = { ok: true; model: Model } | { ok: false; faults: string[] };

/**
 * Reads a model file: header lines `-- @key value`, then the SELECT. Keys: `description`, `grain`, `order` (names with
 * commas), and one `column name type: description` for every column. Pure.
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
	const one = (key: string): string => {
		const values = header.filter((line) => line.key === key);
		if (values.length !== 1) faults.push(`${name}: the header needs one @${key}, it has ${values.length}`);
		return values[0]?.value ?? '';
	};
	const list = (key: string) => one(key).split(/\s*,\s*/);
	const columns = header.filter(({ key }) => key === 'column').flatMap(({ value }) => readColumn(name, value, faults));
	const model: Model = {
		name,
		layer,
		description: one('description'),
		grain: list('grain'),
		order: list('order'),
		columns,
		sql,
		reads: referencesOf(sql),
	};
	for (const { key } of header) {
		if (!['description', 'grain', 'order', 'column'].includes(key))
			faults.push(`${name}: the header has an unknown @${key}`);
	}
	for (const key of [...model.grain, ...model.order]) {
		if (!columns.some((column) => column.name === key)) faults.push(`${name}: "${key}" in the header is not a column`);
	}
	return faults.length > 0 ? { ok: false, faults } : { ok: true, model };
}

function readColumn(model: string, value: string, faults: string[]): ModelColumn[] {
	const match = /^(\w+) (.+?): (.+)$/.exec(value);
	if (!match) {
		faults.push(`${model}: "@column ${value}" is not "name type: description"`);
		return [];
	}
	const [, name = '', type = '', description = ''] = match;
	return [{ name, type, description }];
}
