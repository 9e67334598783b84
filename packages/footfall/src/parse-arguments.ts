import { parseArgs } from 'node:util';
import { nearest, quoted, withoutUrl } from '@footfall/json';
import type { Command } from './command.js';
import { formerFlagFault, formerVariableFaults } from './settings/former-names.js';
import { type Option, type OptionName, options, type Settings, variableOf } from './settings/options.js';
import { type Origin, readSettings } from './settings/read-settings.js';
import type { TextResult } from './settings/read-text.js';
import { type GivenFlag, secretFlagWarnings } from './settings/secret-flags.js';
import { type NamedFile, readSettingsFile } from './settings/settings-file.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A parsed command line. */
export type Request =
	| {
			kind: 'run';
			command: Command;
			/** Arguments besides the name of the command and the options. */
			operands: readonly string[];
			settings: Settings<OptionName>;
			/** Source of each setting. */
			origins: Readonly<Record<OptionName, Origin>>;
			/** Warnings about flags that contain secrets, one line each. */
			warnings: readonly string[];
			/** Faults of the settings, one line each; only for a command that reports them. */
			settingsFaults: readonly string[];
	  }
	| { kind: 'help'; command?: Command }
	| { kind: 'version' }
	| { kind: 'fault'; lines: string[] };

/**
 * Parses a command line, and the settings file that it selects. Pure except for `readText`.
 *
 * @param words the arguments after `footfall`
 * @param readText reads a file
 */
export function parseArguments(
	commands: readonly Command[],
	words: readonly string[],
	environment: Environment,
	readText: (path: string) => TextResult,
): Request {
	const [name, ...rest] = words;
	if (name === undefined) return { kind: 'help' };
	if (name === '--version' || name === '-v' || name === 'version') return { kind: 'version' };
	if (name === 'help' || name === '--help' || name === '-h') return helpRequest(commands, rest);
	const command = commands.find((each) => each.name === name);
	if (!command) return unknownCommand(commands, name);
	if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', command };
	const { flags, given, operands, faults } = readFlags(command, rest);
	const file = readSettingsFile(namedFile(flags, environment), readText);
	const result = readSettings(command.options, { flags, environment, file });
	const settingsFaults = [...formerVariableFaults(environment), ...file.faults, ...result.faults];
	const lines = command.reportsFaults === true ? faults : [...faults, ...settingsFaults];
	if (lines.length > 0) return { kind: 'fault', lines };
	const settings = { ...result.settings, config: file.path };
	const warnings = secretFlagWarnings(given);
	return { kind: 'run', command, operands, settings, origins: result.origins, warnings, settingsFaults };
}

/** `footfall help` and `footfall help COMMAND`. */
function helpRequest(commands: readonly Command[], [name]: readonly string[]): Request {
	if (name === undefined) return { kind: 'help' };
	const command = commands.find((each) => each.name === name);
	return command ? { kind: 'help', command } : unknownCommand(commands, name);
}

function unknownCommand(commands: readonly Command[], name: string): Request {
	const known = commands.map(({ name }) => name).join(', ');
	return { kind: 'fault', lines: [`unknown command ${quoted(name)}; footfall help lists the commands (${known})`] };
}

function namedFile(flags: Environment, environment: Environment): NamedFile | undefined {
	const { flag } = options.config;
	if (flags[flag] !== undefined) return { path: flags[flag], source: `--${flag}` };
	const variable = variableOf(options.config);
	return environment[variable] ? { path: environment[variable], source: variable } : undefined;
}

/**
 * Parses the arguments of a command.
 *
 * @returns the last value of each flag, all flags in the order of the arguments, the operands, and the faults
 */
function readFlags(
	command: Command,
	words: readonly string[],
): { flags: Record<string, string>; given: GivenFlag[]; operands: string[]; faults: string[] } {
	const all = command.options.map((name): Option => options[name]);
	const known = new Map(all.map((option) => [option.flag, option]));
	const typeOf = ({ placeholder }: Option) => (placeholder === undefined ? 'boolean' : 'string');
	const config = Object.fromEntries(all.map((option) => [option.flag, { type: typeOf(option) } as const]));
	// Not strict, because the errors of `parseArgs` do not name the command and its help.
	const { tokens } = parseArgs({ args: [...words], options: config, strict: false, tokens: true });
	const flags: Record<string, string> = {};
	const given: GivenFlag[] = [];
	const operands: string[] = [];
	const faults: string[] = [];
	let afterUnknown = -1;
	for (const token of tokens) {
		if (token.kind === 'option-terminator') continue;
		if (token.kind === 'positional') {
			// A word after an unknown option is most likely the value of that option, so it is not a second fault.
			if (token.index === afterUnknown) continue;
			if (command.operands) operands.push(token.value);
			else faults.push(`unexpected argument ${quoted(token.value)}; ${optionsHint(command)}`);
			continue;
		}
		const option = known.get(token.name);
		if (!option) {
			faults.push(unknownOption(command, token.name, token.rawName, [...known.keys()]));
			afterUnknown = token.inlineValue ? -1 : token.index + 1;
		} else if (token.value === undefined && typeOf(option) === 'string') {
			faults.push(`${token.rawName} requires a value; footfall ${command.name} --help describes it`);
		} else {
			const text = token.value ?? 'true';
			flags[token.name] = text;
			given.push({ option, text });
		}
	}
	return { flags, given, operands, faults };
}

const optionsHint = ({ name }: Command) => `footfall ${name} --help lists the options`;

function unknownOption(command: Command, name: string, rawName: string, known: readonly string[]): string {
	const former = rawName.startsWith('--') ? formerFlagFault(name) : undefined;
	if (former !== undefined) return former;
	const meant = nearest(rawName, known);
	const hint = meant === undefined ? '' : ` (did you mean --${meant}?)`;
	return `unknown option ${withoutUrl(rawName)}${hint}; ${optionsHint(command)}`;
}
