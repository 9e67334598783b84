import { defineCommand } from '../command.js';
import { load } from '../load.js';
import { demoOptions } from '../option-groups.js';

export const demo = defineCommand({
	name: 'demo',
	summary:
		'Starts everything with a year of history, a shop, browsers and simulated shoppers in it, and counts what arrives.',
	options: demoOptions,
	run: async (settings, surroundings) => (await load(import('../run/demo.js'))).runDemo(settings, surroundings),
});
