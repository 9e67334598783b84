import { defineCommand } from '../command.js';
import { load } from '../load.js';
import { transformsOptions } from '../option-groups.js';
import { verbs } from '../transforms/verbs.js';

export const transformsCommand = defineCommand({
	name: 'transforms',
	summary: 'Brings the marts up to date, tests and publishes them; other verbs look at them and operate them.',
	options: transformsOptions,
	operands: verbs.map(({ form, meaning }) => [form, meaning]),
	run: async (settings, surroundings, _origins, operands) =>
		(await load(import('../run/transforms.js'))).runTransforms(settings, surroundings, operands),
});
