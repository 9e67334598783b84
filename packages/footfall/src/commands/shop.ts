import { defineCommand } from '../command.js';
import { load } from '../load.js';
import { shopOptions } from '../option-groups.js';

export const shopCommand = defineCommand({
	name: 'shop',
	summary: 'Serves the pages of the demo shop alone, without shoppers.',
	options: shopOptions,
	startsNothing: true,
	run: async (settings, surroundings) => (await load(import('../run/shop.js'))).runShop(settings, surroundings),
});
