import { defineCommand } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { type OptionName, options } from '../option.js';

const names = Object.keys(options) as OptionName[];

export const settingsCommand = defineCommand({
	name: 'settings',
	summary: 'Prints every setting as it would be used now; secrets are hidden.',
	options: names,
	startsNothing: true,
	async run(settings, { print }) {
		for (const name of names) {
			const option: (typeof options)[OptionName] = options[name];
			print(`${option.variable}=${shown(settings[name], 'secret' in option)}`);
		}
		return exitCodes.success;
	},
});

function shown(value: unknown, secret: boolean): string {
	if (value === undefined) return '';
	if (secret) return '(hidden)';
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
