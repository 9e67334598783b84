import { describe, expect, it } from 'vitest';
import { commands } from '../command-table.js';
import { parseArguments } from '../parse-arguments.js';
import { readVerb } from '../run/transforms/verbs.js';
import { formerNames } from './former-names.js';
import { type Option, options, variableOf } from './options.js';

const all = Object.values<Option>(options);
const flags = new Set(all.map(({ flag }) => flag));

/** The faults of `footfall settings`, which accepts every setting. */
function faultsOf(words: string[], environment: Record<string, string> = {}, file = '{}'): string[] {
	const request = parseArguments(commands, ['settings', ...words], environment, () => ({ kind: 'text', text: file }));
	return request.kind === 'fault' ? request.lines : [];
}

const replacement = (formats: (flag: string) => string, former: (typeof formerNames.settings)[number]) =>
	'command' in former.replacement ? former.replacement.command : former.replacement.map(formats).join(' and ');
const currentVariable = (flag: string) => variableOf(all.find((option) => option.flag === flag) ?? { flag });

describe('a former name', () => {
	for (const former of formerNames.settings) {
		const { flag, variable } = former;
		it(`is refused with its replacement: the variable ${variable}`, () => {
			const line = `${variable} is no longer a variable; use ${replacement(currentVariable, former)}`;
			expect(faultsOf([], { [variable]: 'true' })).toEqual([line]);
			expect(faultsOf([], { [variable]: '' })).toEqual([]);
		});
		if (flag === undefined) continue;
		it(`is refused with its replacement: --${flag}`, () => {
			const line = `--${flag} is no longer a flag; use ${replacement((name) => `--${name}`, former)}`;
			expect(faultsOf([`--${flag}`, 'value'])).toEqual([line]);
			expect(faultsOf([`--${flag}=value`])).toEqual([line]);
		});
		it(`is refused with its replacement: the key "${flag}"`, () => {
			const line = `footfall.json: "${flag}" is no longer a setting; use ${replacement((name) => `"${name}"`, former)}`;
			expect(faultsOf([], {}, JSON.stringify({ [flag]: 'value' }))).toEqual([line]);
		});
		it(`has replacements that exist: --${flag}`, () => {
			if ('command' in former.replacement) {
				const [, name, verb] = former.replacement.command.split(' ');
				expect(commands.find((command) => command.name === name)?.operands?.help.map(([form]) => form)).toContain(verb);
			} else expect(former.replacement.filter((name) => !flags.has(name))).toEqual([]);
		});
	}

	for (const [verb, now] of Object.entries(formerNames.transformsVerbs)) {
		it(`is refused with its replacement: transforms ${verb}`, () => {
			expect(readVerb([verb])).toEqual({
				ok: false,
				fault: `"${verb}" is no longer a verb; use footfall transforms ${now}`,
			});
			expect(readVerb([now])).toMatchObject({ ok: true });
		});
	}

	it('is refused for each variable that was renamed to a current one', () => {
		const replacedBy = formerNames.settings.flatMap(({ flag, replacement: names }) =>
			flag !== undefined || 'command' in names ? [] : names,
		);
		expect(replacedBy.filter((name) => !flags.has(name))).toEqual([]);
	});

	it('is not a fault where it is a name that never existed', () => {
		expect(faultsOf(['--site', 'blog'], { FOOTFALL_CONSTRUCTOR: 'x' })).toEqual([]);
		expect(readVerb(['constructor'])).toEqual({ ok: false, fault: expect.stringContaining('unknown verb') });
	});
});
