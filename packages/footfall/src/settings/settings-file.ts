import { nearest, quoted, readJson } from '@footfall/json';
import { formerKeyFault } from './former-names.js';
import { type Option, options, variableOf } from './options.js';
import type { TextResult } from './read-text.js';

/** Read if it exists and neither a flag nor a variable names another file. */
const defaultSettingsFile = 'footfall.json';

/** The content of a settings file. */
export interface SettingsFile {
	/** The path as given; undefined if there is no file. */
	path: string | undefined;
	/** Values by key, which is the flag without its dashes. They are not validated yet. */
	values: ReadonlyMap<string, unknown>;
	/** Faults of the file itself, one line each. */
	faults: readonly string[];
}

/** A file that a flag or a variable names. */
export interface NamedFile {
	path: string;
	/** `--config` or `FOOTFALL_CONFIG`. */
	source: string;
}

/**
 * Reads the named file, else footfall.json. A missing file is a fault only if it was named.
 *
 * @param readText reads a file
 */
export function readSettingsFile(named: NamedFile | undefined, readText: (path: string) => TextResult): SettingsFile {
	const path = named?.path ?? defaultSettingsFile;
	const read = readText(path);
	const nothing = { path: undefined, values: new Map<string, unknown>() };
	switch (read.kind) {
		case 'absent':
			return { ...nothing, faults: named ? [`${named.source}: the file ${quoted(named.path)} does not exist`] : [] };
		case 'unreadable':
			return { ...nothing, faults: [`${path}: cannot be read (${read.reason})`] };
		case 'text':
			return { path, ...parseSettings(path, read.text) };
	}
}

function parseSettings(path: string, text: string): Pick<SettingsFile, 'values' | 'faults'> {
	const values = new Map<string, unknown>();
	const read = readJson(text);
	if (!read.ok) {
		const { line, column, reason } = read.fault;
		return { values, faults: [`${path}:${line}:${column}: ${reason}`] };
	}
	const parsed = read.value;
	if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
		return { values, faults: [`${path}:1:1: must be an object of settings, like {"port": 7070}`] };
	}
	const faults: string[] = [];
	for (const [key, value] of Object.entries(parsed)) {
		// Editors complete and check a file by the schema that it names.
		if (key === '$schema') continue;
		const keyFault = faultOfKey(key);
		if (keyFault) faults.push(`${path}: ${keyFault}`);
		else values.set(key, value);
	}
	return { values, faults };
}

const keys = Object.values<Option>(options)
	.map(({ flag }) => flag)
	.filter((flag) => flag !== options.config.flag);

function faultOfKey(key: string): string | undefined {
	if (keys.includes(key)) return undefined;
	if (key === options.config.flag)
		return `"${key}" is not allowed in a settings file; use --${key} or ${variableOf(options.config)}`;
	const former = formerKeyFault(key);
	if (former !== undefined) return former;
	const meant = nearest(key, keys);
	const hint = meant === undefined ? 'footfall settings lists the settings' : `did you mean "${meant}"?`;
	return `${quoted(key)} is not a setting; ${hint}`;
}
