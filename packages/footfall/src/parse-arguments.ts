import { parseArgs } from 'node:util';
import type { Command } from './command.js';
import { type OptionName, options, type Settings } from './option.js';
import { readSettings } from './read-settings.js';

/** What a command line asks for. */
export type Request =
	| { kind: 'run'; command: Command; settings: Settings<OptionName> }
	| { kind: 'help'; command?: Command }
	| { kind: 'version' }
	| { kind: 'fault'; lines: string[] };

/** Reads a command line. Pure: the environment is given. */
export function parseArguments(
	commands: readonly Command[],
	words: readonly string[],
	environment: Readonly<Record<string, string | undefined>>,
): Request {
	const [verb, ...rest] = words;
	if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') return { kind: 'help' };
	if (verb === '--version' || verb === 'version') return { kind: 'version' };
	const command = commands.find(({ name }) => name === verb);
	if (!command) {
		return fault(`there is no command "${verb}"; footfall help lists them (${commands.map((c) => c.name).join(', ')})`);
	}
	if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', command };
	const flags = readFlags(command, rest);
	if (typeof flags === 'string') return fault(flags);
	const result = readSettings(command.options, flags, environment);
	if (!result.ok) return { kind: 'fault', lines: result.faults };
	return { kind: 'run', command, settings: result.settings as Settings<OptionName> };
}

/** The flags by name, or what is wrong with them. */
function readFlags(command: Command, words: readonly string[]): Record<string, string> | string {
	const known = Object.fromEntries(command.options.map((name) => [options[name].flag, { type: 'string' as const }]));
	// Not strict, so that the messages are ours and name the command.
	const { tokens } = parseArgs({ args: [...words], options: known, strict: false, tokens: true });
	const flags: Record<string, string> = {};
	for (const token of tokens) {
		if (token.kind === 'option-terminator') continue;
		if (token.kind === 'positional')
			return `"${token.value}" is not an option; footfall ${command.name} --help lists them`;
		if (!(token.name in known)) return `unknown option ${token.rawName}; footfall ${command.name} --help lists them`;
		if (token.value === undefined) return `${token.rawName} needs a value; footfall ${command.name} --help says which`;
		flags[token.name] = token.value;
	}
	return flags;
}

function fault(line: string): Request {
	return { kind: 'fault', lines: [line] };
}
