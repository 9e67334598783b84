import { defineCommand } from '../command.js';
import { load } from '../load.js';
import { warehouseOptions } from '../option-groups.js';

export const migrateCommand = defineCommand({
	name: 'migrate',
	summary: 'Brings the tables of ClickHouse up to date and stops.',
	options: [...warehouseOptions, 'logLevel'],
	run: async (settings, surroundings) => (await load(import('../run/migrate.js'))).runMigrate(settings, surroundings),
});
