import { jsonFault } from './json-fault.js';
import { nearest } from './nearest.js';
import { type Option, options } from './options.js';
import type { TextResult } from './read-text.js';

/** Read when nobody names another one and it is there. */
const defaultSettingsFile = 'footfall.json';

/** What a settings file says. */
export interface SettingsFile {
	/** As it was named; undefined when there is no file. */
	path: string | undefined;
	/** Values by key, which is the name of the flag. They are not judged yet. */
	values: ReadonlyMap<string, unknown>;
	/** What is wrong with the file itself, one line each. */
	faults: readonly string[];
}

/** A file that somebody named, and where. */
export interface NamedFile {
	path: string;
	/** `--config` or `FOOTFALL_CONFIG`. */
	source: string;
}

/**
 * Reads the named file, else the default one. That a named one is missing is a fault; the default one need not be there.
 *
 * @param readText reads a file
 */
export function readSettingsFile(named: NamedFile | undefined, readText: (path: string) => TextResult): SettingsFile {
	const path = named?.path ?? defaultSettingsFile;
	const read = readText(path);
	const nothing = { path: undefined, values: new Map<string, unknown>() };
	switch (read.kind) {
		case 'absent':
			return { ...nothing, faults: named ? [`${named.source}: there is no file "${named.path}"`] : [] };
		case 'unreadable':
			return { ...nothing, faults: [`${path}: cannot be read (${read.reason})`] };
		case 'text':
			return { path, ...parseSettings(path, read.text) };
	}
}

function parseSettings(path: string, text: string): Pick<SettingsFile, 'values' | 'faults'> {
	const values = new Map<string, unknown>();
	// Some editors begin a file with a byte order mark, which JSON does not know.
	const json = text.replace(/^\uFEFF/, '');
	const fault = jsonFault(json);
	if (fault) return { values, faults: [`${path}:${fault.line}:${fault.column}: ${fault.reason}`] };
	const parsed: unknown = JSON.parse(json);
	if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
		return { values, faults: [`${path}:1:1: must be an object of settings, like {"port": 7070}`] };
	}
	const faults: string[] = [];
	for (const [key, value] of Object.entries(parsed)) {
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
	if (key === options.config.flag) return `"${key}" names the file and cannot stand in it`;
	const meant = nearest(key, keys);
	const hint = meant === undefined ? 'footfall settings lists them' : `did you mean "${meant}"?`;
	return `${JSON.stringify(key)} is not a setting; ${hint}`;
}
