import { defineCommand } from '../command.js';
import { load } from '../load.js';
import { collectorCommandOptions } from '../option-groups.js';

export const collectorCommand = defineCommand({
	name: 'collector',
	summary: 'Starts the collector alone; transforms and dashboard run elsewhere.',
	options: collectorCommandOptions,
	run: async (settings, surroundings) =>
		(await load(import('../run/collector.js'))).runCollector(settings, surroundings),
});
