import { defineCommand } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { type OptionName, options } from '../option.js';
import { settingsJson, settingsTable, shownSettings } from '../shown-settings.js';

export const settingsCommand = defineCommand({
	name: 'settings',
	summary: 'Prints every setting as it would be used now, and where it comes from; secrets are hidden.',
	options: Object.keys(options) as OptionName[],
	startsNothing: true,
	async run(settings, { print }, origins) {
		const shown = shownSettings(settings, origins);
		for (const line of settings.json ? [settingsJson(shown)] : settingsTable(shown)) print(line);
		return exitCodes.success;
	},
});
