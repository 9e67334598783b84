import { type OptionName, options, type Settings } from './option.js';

/** Settings, or every fault of them at once, one line each. */
export type SettingsResult<Name extends OptionName> =
	| { ok: true; settings: Settings<Name> }
	| { ok: false; faults: string[] };

/**
 * Flag, else environment variable, else default. Pure.
 *
 * @param flags as given on the command line, by flag name
 */
export function readSettings<Name extends OptionName>(
	names: readonly Name[],
	flags: Readonly<Record<string, string | undefined>>,
	environment: Readonly<Record<string, string | undefined>>,
): SettingsResult<Name> {
	const settings: Record<string, unknown> = {};
	const faults: string[] = [];
	for (const name of names) {
		const option: (typeof options)[OptionName] = options[name];
		const fromFlag = flags[option.flag];
		// An empty variable is an unset one: compose files and shells cannot tell them apart.
		const fromEnvironment = environment[option.variable] || undefined;
		const text = fromFlag ?? fromEnvironment ?? ('default' in option ? option.default : undefined);
		if (text === undefined) continue;
		const parsed = option.schema.safeParse(text);
		if (parsed.success) {
			settings[name] = parsed.data;
		} else {
			const source = fromFlag === undefined ? option.variable : `--${option.flag}`;
			const shown = 'secret' in option ? '' : ` (it is "${text}")`;
			faults.push(`${source}: ${parsed.error.issues[0]?.message}${shown}`);
		}
	}
	if (faults.length > 0) return { ok: false, faults };
	return { ok: true, settings: settings as Settings<Name> };
}
