import { type Option, type OptionName, options, type Settings } from './settings/options.js';
import type { Origin } from './settings/read-settings.js';
import type { Context } from './terminal/context.js';

/** One verb of the command line. */
export interface Command<Name extends OptionName = OptionName> {
	name: string;
	summary: string;
	options: readonly Name[];
	/** What may follow the name besides options, as lines of the help: its form and what it does. */
	operands?: readonly (readonly [form: string, meaning: string])[];
	/** Starts no ClickHouse, so it runs on every platform. */
	startsNothing?: true;
	/**
	 * @param origins where each of the settings comes from
	 * @param operands what follows the name besides options; empty where the command knows none
	 * @returns the exit code
	 */
	run(
		settings: Settings<Name>,
		context: Context,
		origins: Readonly<Record<Name, Origin>>,
		operands: readonly string[],
	): Promise<number>;
}

/** Keeps a command's settings typed by the options it names, and lets it read a settings file like every other one. */
export function defineCommand<Name extends OptionName>(command: Command<Name>): Command {
	return { ...command, options: [...new Set<OptionName>(['config', ...command.options])] } as unknown as Command;
}

/** The help text of one command, or the overview of all. */
export function help(commands: readonly Command[], command?: Command): string {
	if (!command) {
		const rows = commands.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`);
		return ['Usage: footfall COMMAND [OPTIONS]', '', ...rows, '', 'footfall COMMAND --help lists the options.'].join(
			'\n',
		);
	}
	const described = command.options.map((name): [form: string, meaning: string] => {
		const option: Option = options[name];
		const fallback = option.default === undefined ? '' : ` Default: ${option.default}.`;
		return [`--${option.flag} ${option.placeholder ?? ''}`, `${option.description}${fallback} [${option.variable}]`];
	});
	const operands = command.operands ?? [];
	const width = Math.max(...[...described, ...operands].map(([form]) => form.length)) + 2;
	const lines = (table: typeof operands) => table.map(([form, meaning]) => `  ${form.padEnd(width)}${meaning}`);
	const [rows, forms] = [lines(described), lines(operands)];
	const usage = `Usage: footfall ${command.name}${forms.length > 0 ? ' [VERB]' : ''} [OPTIONS]`;
	return [usage, '', command.summary, '', ...forms, ...(forms.length > 0 ? [''] : []), ...rows].join('\n');
}
