import { type Option, type OptionName, options, type Settings, variableOf } from './settings/options.js';
import type { Origin } from './settings/read-settings.js';
import type { Context } from './terminal/context.js';

/** The arguments that a command takes besides options. */
interface Operands {
	/** Their form in the usage line, such as `FILE` or `[VERB]`. */
	usage: string;
	/** The possible arguments, as lines of the help. */
	help: readonly (readonly [form: string, meaning: string])[];
}

/** One command of the command line. */
export interface Command<Name extends OptionName = OptionName> {
	name: string;
	/** A sentence that starts with a verb in the third person. */
	summary: string;
	options: readonly Name[];
	/** Absent if the command takes options only. */
	operands?: Operands;
	/** The command starts no ClickHouse, so it runs on every platform. */
	startsNothing?: true;
	/** The command runs in spite of faults of the settings, with those that are valid, and reports the faults. */
	reportsFaults?: true;
	/**
	 * @param origins source of each setting
	 * @param operands arguments besides options; empty if the command takes none
	 * @param faults faults of the settings, one line each; empty unless the command reports them
	 * @returns the exit code
	 */
	run(
		settings: Settings<Name>,
		context: Context,
		origins: Readonly<Record<Name, Origin>>,
		operands: readonly string[],
		faults: readonly string[],
	): Promise<number>;
}

/** Types the settings of a command by its options, and adds `--config`, which every command accepts. */
export function defineCommand<Name extends OptionName>(command: Command<Name>): Command {
	return { ...command, options: [...new Set<OptionName>(['config', ...command.options])] } as unknown as Command;
}

/** The help text of one command, or the overview of all. Pure. */
export function help(commands: readonly Command[], command?: Command): string {
	if (!command) {
		const rows = commands.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`);
		const more =
			'footfall COMMAND --help lists the options of a command, footfall --version prints the version and the commit.';
		return ['Usage: footfall COMMAND [OPTIONS]', '', ...rows, '', more].join('\n');
	}
	const described = command.options.map((name): [form: string, meaning: string] => {
		const option: Option = options[name];
		const { flag, placeholder, description } = option;
		const fallback = option.default === undefined ? '' : ` Default: ${option.default}.`;
		return [
			placeholder === undefined ? `--${flag}` : `--${flag} ${placeholder}`,
			`${description}${fallback} [${variableOf(option)}]`,
		];
	});
	const { usage, help: operands } = command.operands ?? { usage: undefined, help: [] };
	const width = Math.max(...[...described, ...operands].map(([form]) => form.length)) + 2;
	const lines = (table: Operands['help']) => table.map(([form, meaning]) => `  ${form.padEnd(width)}${meaning}`);
	const sections = [lines(operands), lines(described)].filter(({ length }) => length > 0);
	return [
		['Usage: footfall', command.name, ...(usage === undefined ? [] : [usage]), '[OPTIONS]'].join(' '),
		command.summary,
		...sections.map((section) => section.join('\n')),
	].join('\n\n');
}
