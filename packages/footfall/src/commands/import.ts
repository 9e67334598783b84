import { defineCommand } from '../command.js';
import { load } from '../load.js';
import { importOptions } from '../option-groups.js';

export const importCommand = defineCommand({
	name: 'import',
	summary: 'Brings the events of a file into ClickHouse, once, and keeps aside the lines that are none.',
	options: importOptions,
	operands: [
		[
			'FILE',
			'CSV with names, NDJSON or Parquet: .csv, .ndjson, .parquet, plain or packed (.xz, .zst, .gz). --site is for rows that name none; given, it is for all.',
		],
	],
	run: async (settings, surroundings, origins, operands) =>
		(await load(import('../run/import.js'))).runImport(settings, surroundings, origins, operands),
});
