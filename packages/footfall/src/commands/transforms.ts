import { defineCommand } from '../command.js';
import { load } from '../load.js';
import { warehouseOptions } from '../option-groups.js';

export const transformsCommand = defineCommand({
	name: 'transforms',
	summary: 'Runs the transforms once, tests and publishes the marts, and stops.',
	options: [...warehouseOptions, 'logLevel'],
	run: async (settings, surroundings) =>
		(await load(import('../run/transforms.js'))).runTransforms(settings, surroundings),
});
