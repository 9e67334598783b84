import { quoted } from '@footfall/json';
import { hideSecret } from './hide-secret.js';
import { type Option, type OptionName, options, type Settings, variableOf } from './options.js';
import type { SettingsFile } from './settings-file.js';

/** The sources of settings, as they were given. */
export interface Sources {
	/** Values of the command line, by flag without its dashes. */
	flags: Readonly<Record<string, string | undefined>>;
	environment: Readonly<Record<string, string | undefined>>;
	file: Pick<SettingsFile, 'path' | 'values'>;
}

/**
 * The source of a setting's value. A setting that is not given and has no default is undefined, with `default` as
 * source.
 */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

/** Settings and their sources. With faults, one line each, they are those without the values that have one. */
export interface SettingsResult<Name extends OptionName> {
	/** Whether there is no fault. */
	ok: boolean;
	settings: Settings<Name>;
	origins: Readonly<Record<Name, Origin>>;
	faults: string[];
}

/**
 * Reads each setting from its flag, else its environment variable, else the settings file, else its default. An invalid
 * value is a fault even if a source of higher priority overrides it. All of a settings file is checked, including the
 * settings that the command does not use; of the environment only the variables of the command's settings. Pure.
 */
export function readSettings<Name extends OptionName>(names: readonly Name[], sources: Sources): SettingsResult<Name> {
	const settings: Record<string, unknown> = {};
	const origins: Record<string, Origin> = {};
	const faults: string[] = [];
	const wanted = new Set<string>(names);
	for (const [name, option] of Object.entries<Option>(options)) {
		const given = wanted.has(name) ? inOrder(option, sources) : inFile(option, sources);
		const readings = given.map((one) => ({ ...one, ...readValue(option, one) }));
		faults.push(...readings.flatMap((reading) => reading.faults));
		if (!wanted.has(name)) continue;
		const first = readings.find((reading) => reading.faults.length === 0);
		origins[name] = first?.origin ?? 'default';
		if (first) settings[name] = first.value;
	}
	return {
		ok: faults.length === 0,
		settings: settings as Settings<Name>,
		origins: origins as Record<Name, Origin>,
		faults,
	};
}

interface Given {
	origin: Origin;
	/** Name of the source in an error: `--port`, `FOOTFALL_PORT`, `footfall.json: port`. */
	source: string;
	given: unknown;
}

/** All values given for an option, the one of the highest priority first. */
function inOrder(option: Option, sources: Sources): Given[] {
	const { flag } = option;
	const variable = variableOf(option);
	const fromFlag = sources.flags[flag];
	// An empty variable counts as unset, because a compose file sets a variable that its environment lacks to "".
	const fromEnvironment = sources.environment[variable] || undefined;
	return [
		...(fromFlag === undefined ? [] : [{ origin: 'flag' as const, source: `--${flag}`, given: fromFlag }]),
		...(fromEnvironment === undefined
			? []
			: [{ origin: 'environment' as const, source: variable, given: fromEnvironment }]),
		...inFile(option, sources),
		...(option.default === undefined ? [] : [{ origin: 'default' as const, source: 'default', given: option.default }]),
	];
}

function inFile({ flag }: Option, { file }: Sources): Given[] {
	if (!file.values.has(flag)) return [];
	return [{ origin: 'file', source: `${file.path}: ${flag}`, given: file.values.get(flag) }];
}

function readValue(option: Option, { source, given }: Given): { value?: unknown; faults: string[] } {
	const text = textOf(option, given);
	const parsed = text === undefined ? option.structure?.safeParse(given) : option.schema.safeParse(text);
	if (parsed?.success) return { value: parsed.data, faults: [] };
	const messages = parsed?.error.issues.map(({ message }) => message) ?? [typeFault(option)];
	const isSecret = (given: string) =>
		option.secret !== undefined && (option.secret !== 'keys' || hideSecret(option.secret, given) !== given);
	const shown = text === undefined || isSecret(text) ? '' : ` (got ${quoted(text)})`;
	return { faults: messages.map((message) => `${source}: ${message}${shown}`) };
}

/** The text of a value; undefined for an object, a list or null, and for a boolean of an option that takes a value. */
function textOf(option: Option, given: unknown): string | undefined {
	if (typeof given === 'string' || typeof given === 'number') return String(given);
	// Without this check, `"data": true` would name a directory "true".
	return typeof given === 'boolean' && option.placeholder === undefined ? String(given) : undefined;
}

function typeFault({ placeholder }: Option): string {
	return placeholder === undefined ? 'must be true or false' : 'must be a string or a number';
}
