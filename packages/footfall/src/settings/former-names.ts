import { type Option, options, variableOf } from './options.js';

/** A setting of an earlier version. */
interface FormerSetting {
	/** Flag without its dashes, which was also the key in a settings file; absent if only the variable was renamed. */
	flag?: string;
	variable: string;
	/** Flags of the settings that replace it, or the command that replaces it. */
	replacement: readonly string[] | { command: string };
}

/** Names of earlier versions and their replacements. Each is refused with its replacement, so that none is ignored. */
export const formerNames = {
	settings: [
		{ flag: 'log-bytes', variable: 'FOOTFALL_LOG_BYTES', replacement: ['wal-bytes'] },
		{ flag: 'collector-url', variable: 'FOOTFALL_COLLECTOR_URL', replacement: ['addr'] },
		{ flag: 'every', variable: 'FOOTFALL_EVERY', replacement: ['watch', 'transform-seconds'] },
		{ flag: 'dry-run', variable: 'FOOTFALL_DRY_RUN', replacement: { command: 'footfall transforms plan' } },
		{ variable: 'FOOTFALL_DEMO_SECONDS', replacement: ['seconds'] },
		{ variable: 'FOOTFALL_DEMO_BROWSERS', replacement: ['browsers'] },
		{ variable: 'FOOTFALL_DEMO_HISTORY', replacement: ['history'] },
		{ variable: 'FOOTFALL_DEMO_SEED', replacement: ['seed'] },
		{ variable: 'FOOTFALL_DEMO_SITE', replacement: ['site'] },
		{ variable: 'FOOTFALL_DEMO_SHOP_PORT', replacement: ['shop-port'] },
		{ variable: 'FOOTFALL_SIMULATE_SHOPPERS', replacement: ['shoppers'] },
		{ variable: 'FOOTFALL_SIMULATE_RPS', replacement: ['rps'] },
		{ variable: 'FOOTFALL_SIMULATE_ADDR', replacement: ['addr'] },
		{ variable: 'FOOTFALL_SIMULATE_TRANSPORT', replacement: ['transport'] },
		{ variable: 'FOOTFALL_SIMULATE_FROM', replacement: ['from'] },
		{ variable: 'FOOTFALL_SIMULATE_TO', replacement: ['to'] },
		{ variable: 'FOOTFALL_SIMULATE_DAU', replacement: ['dau'] },
		{ variable: 'FOOTFALL_SIMULATE_LIFETIME', replacement: ['lifetime'] },
		{ variable: 'FOOTFALL_SIMULATE_LATE', replacement: ['late'] },
		{ variable: 'FOOTFALL_SIMULATE_DOUBLED', replacement: ['doubled'] },
		{ variable: 'FOOTFALL_SIMULATE_OUT', replacement: ['out'] },
		{ variable: 'FOOTFALL_SIMULATE_ZSTD_LEVEL', replacement: ['zstd-level'] },
		{ variable: 'FOOTFALL_GRAPH_FORMAT', replacement: ['format'] },
		{ variable: 'FOOTFALL_SETTINGS_JSON', replacement: ['json'] },
	] satisfies FormerSetting[] as readonly FormerSetting[],
	/** Verbs of `footfall transforms`, with their new names. */
	transformsVerbs: { graph: 'lineage' } as Readonly<Record<string, string>>,
};

/** The error for a flag, given without its dashes, that an earlier version had; undefined for any other. Pure. */
export function formerFlagFault(flag: string): string | undefined {
	const former = formerNames.settings.find((setting) => setting.flag === flag);
	return former && `--${flag} is no longer a flag; use ${replacementOf(former, (name) => `--${name}`)}`;
}

/** The error for a key of a settings file that an earlier version had; undefined for any other. Pure. */
export function formerKeyFault(key: string): string | undefined {
	const former = formerNames.settings.find(({ flag }) => flag === key);
	return former && `"${key}" is no longer a setting; use ${replacementOf(former, (name) => `"${name}"`)}`;
}

/** The errors for all variables that earlier versions had. An empty variable is an unset one. Pure. */
export function formerVariableFaults(environment: Readonly<Record<string, string | undefined>>): string[] {
	const current = new Set(Object.values<Option>(options).map(variableOf));
	return formerNames.settings
		.filter(({ variable }) => !current.has(variable) && environment[variable])
		.map((former) => `${former.variable} is no longer a variable; use ${replacementOf(former, variableOfFlag)}`);
}

/** The error for a verb of `footfall transforms` that an earlier version had; undefined for any other. Pure. */
export function formerVerbFault(verb: string): string | undefined {
	const { transformsVerbs } = formerNames;
	if (!Object.hasOwn(transformsVerbs, verb)) return undefined;
	return `"${verb}" is no longer a verb; use footfall transforms ${transformsVerbs[verb]}`;
}

function replacementOf({ replacement }: FormerSetting, format: (flag: string) => string): string {
	return 'command' in replacement ? replacement.command : replacement.map(format).join(' and ');
}

function variableOfFlag(flag: string): string {
	return variableOf(Object.values<Option>(options).find((option) => option.flag === flag) ?? { flag });
}
