import { type Option, type OptionName, options, type Settings } from './options.js';
import type { SettingsFile } from './settings-file.js';

/** Where settings are given. */
export interface Sources {
	/** As given on the command line, by flag name. */
	flags: Readonly<Record<string, string | undefined>>;
	environment: Readonly<Record<string, string | undefined>>;
	file: Pick<SettingsFile, 'path' | 'values'>;
}

/** Where a setting's value comes from. One that nobody gave and that has no default is undefined by default. */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

/** Settings and their origins, or every fault of them at once, one line each. */
export type SettingsResult<Name extends OptionName> =
	| { ok: true; settings: Settings<Name>; origins: Readonly<Record<Name, Origin>> }
	| { ok: false; faults: string[] };

/**
 * Flag, else environment variable, else settings file, else default. A wrong value is a fault wherever it is given, even
 * where another one is used; and a file is judged as a whole, whatever the command needs of it. Pure.
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
		const [first] = readings;
		origins[name] = first?.origin ?? 'default';
		if (first) settings[name] = first.value;
	}
	if (faults.length > 0) return { ok: false, faults };
	return { ok: true, settings: settings as Settings<Name>, origins: origins as Record<Name, Origin> };
}

interface Given {
	origin: Origin;
	/** How a fault names it: `--port`, `FOOTFALL_PORT`, `footfall.json: port`. */
	source: string;
	given: unknown;
}

/** All that is given for an option, the one that wins first. */
function inOrder(option: Option, sources: Sources): Given[] {
	const { flag, variable } = option;
	const fromFlag = sources.flags[flag];
	// An empty variable is an unset one: compose files and shells cannot tell them apart.
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
	const shown = text === undefined || option.secret ? '' : ` (it is "${text}")`;
	return { faults: messages.map((message) => `${source}: ${message}${shown}`) };
}

/** What a person would type for a value; undefined when it is an object, a list or null, or not of the option's kind. */
function textOf(option: Option, given: unknown): string | undefined {
	if (typeof given === 'string' || typeof given === 'number') return String(given);
	// A boolean that went through as text would name a directory "true".
	return typeof given === 'boolean' && option.placeholder === undefined ? String(given) : undefined;
}

function typeFault({ placeholder }: Option): string {
	return placeholder === undefined ? 'must be true or false' : 'must be text or a number';
}
