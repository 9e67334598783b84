import { defineCommand } from '../command.js';
import { load } from '../load.js';
import { simulateOptions } from '../option-groups.js';
import { simulateVerbs } from '../simulate/verbs.js';

export const simulateCommand = defineCommand({
	name: 'simulate',
	summary:
		'Makes shoppers up: a history of them in a file or in ClickHouse, or a crowd, simulated or of real browsers, that sends to a collector.',
	options: simulateOptions,
	operands: simulateVerbs.map(({ form, meaning }) => [form, meaning]),
	run: async (settings, surroundings, _origins, operands) =>
		(await load(import('../run/simulate.js'))).runSimulate(settings, surroundings, operands),
});
