import { parseArgs } from 'node:util';
import type { Command } from './command.js';
import { nearest } from './settings/nearest.js';
import { type Option, type OptionName, options, type Settings } from './settings/options.js';
import { type Origin, readSettings } from './settings/read-settings.js';
import type { TextResult } from './settings/read-text.js';
import { type GivenFlag, secretFlagWarnings } from './settings/secret-flags.js';
import { type NamedFile, readSettingsFile } from './settings/settings-file.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a command line asks for. */
export type Request =
	| {
			kind: 'run';
			command: Command;
			/** What follows the command's name besides options. */
			operands: readonly string[];
			settings: Settings<OptionName>;
			/** Where each setting comes from. */
			origins: Readonly<Record<OptionName, Origin>>;
			/** Warnings about valid arguments that should be given otherwise, one line each. */
			warnings: readonly string[];
	  }
	| { kind: 'help'; command?: Command }
	| { kind: 'version' }
	| { kind: 'fault'; lines: string[] };

/**
 * Reads a command line, and the settings file that it names. Pure but for the reading of that file.
 *
 * @param readText reads a file
 */
export function parseArguments(
	commands: readonly Command[],
	words: readonly string[],
	environment: Environment,
	readText: (path: string) => TextResult,
): Request {
	const [verb, ...rest] = words;
	if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') return { kind: 'help' };
	if (verb === '--version' || verb === 'version') return { kind: 'version' };
	const command = commands.find(({ name }) => name === verb);
	if (!command) {
		const known = commands.map(({ name }) => name).join(', ');
		return { kind: 'fault', lines: [`there is no command "${verb}"; footfall help lists them (${known})`] };
	}
	if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', command };
	const { flags, given, operands, faults } = readFlags(command, rest);
	const file = readSettingsFile(namedFile(flags, environment), readText);
	const result = readSettings(command.options, { flags, environment, file });
	const lines = [...faults, ...file.faults, ...(result.ok ? [] : result.faults)];
	if (!result.ok || lines.length > 0) return { kind: 'fault', lines };
	const settings = { ...result.settings, config: file.path };
	const warnings = secretFlagWarnings(given);
	return { kind: 'run', command, operands, settings, origins: result.origins, warnings };
}

function namedFile(flags: Environment, environment: Environment): NamedFile | undefined {
	const { flag, variable } = options.config;
	if (flags[flag] !== undefined) return { path: flags[flag], source: `--${flag}` };
	return environment[variable] ? { path: environment[variable], source: variable } : undefined;
}

/** The flags by name, each with all of its occurrences; the other arguments; and the faults. */
function readFlags(
	command: Command,
	words: readonly string[],
): { flags: Record<string, string>; given: GivenFlag[]; operands: string[]; faults: string[] } {
	const all = command.options.map((name): Option => options[name]);
	const known = new Map(all.map((option) => [option.flag, option]));
	const typeOf = ({ placeholder }: Option) => (placeholder === undefined ? 'boolean' : 'string');
	const config = Object.fromEntries(all.map((option) => [option.flag, { type: typeOf(option) } as const]));
	// Not strict, so that the messages are ours and name the command.
	const { tokens } = parseArgs({ args: [...words], options: config, strict: false, tokens: true });
	const flags: Record<string, string> = {};
	const given: GivenFlag[] = [];
	const operands: string[] = [];
	const faults: string[] = [];
	let afterUnknown = -1;
	for (const token of tokens) {
		if (token.kind === 'option-terminator') continue;
		if (token.kind === 'positional') {
			// What follows an unknown option is most likely its value, and no second fault.
			if (token.index === afterUnknown) continue;
			if (command.operands) operands.push(token.value);
			else faults.push(`"${token.value}" is not an option; footfall ${command.name} --help lists them`);
			continue;
		}
		const option = known.get(token.name);
		if (!option) {
			faults.push(unknownOption(command, token.rawName, [...known.keys()]));
			afterUnknown = token.inlineValue ? -1 : token.index + 1;
		} else if (token.value === undefined && typeOf(option) === 'string') {
			faults.push(`${token.rawName} needs a value; footfall ${command.name} --help says which`);
		} else {
			const text = token.value ?? 'true';
			flags[token.name] = text;
			given.push({ option, text });
		}
	}
	return { flags, given, operands, faults };
}

function unknownOption(command: Command, rawName: string, known: readonly string[]): string {
	const meant = nearest(rawName, known);
	const hint = meant === undefined ? '' : ` (did you mean --${meant}?)`;
	return `unknown option ${rawName}; footfall ${command.name} --help lists them${hint}`;
}
