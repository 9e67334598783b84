import { defineCommand } from '../command.js';
import { load } from '../load.js';
import { dashboardCommandOptions } from '../option-groups.js';

export const dashboardCommand = defineCommand({
	name: 'dashboard',
	summary: 'Serves the dashboard alone, over the data of a running up or a ClickHouse of your own.',
	options: dashboardCommandOptions,
	run: async (settings, surroundings) =>
		(await load(import('../run/dashboard.js'))).runDashboard(settings, surroundings),
});
