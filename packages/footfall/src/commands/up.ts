import { defineCommand } from '../command.js';
import { load } from '../load.js';
import { stackOptions } from '../option-groups.js';

export const up = defineCommand({
	name: 'up',
	summary: 'Starts ClickHouse, migrations, collector, transforms and dashboard; Ctrl-C stops all of it.',
	options: stackOptions,
	run: async (settings, surroundings) => (await load(import('../run/up.js'))).runUp(settings, surroundings),
});
