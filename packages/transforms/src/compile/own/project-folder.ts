import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type PlainFile, readPlainFile } from '@footfall/host';
import { definitionsFile, isNearlyDefinitions } from './read-definitions.js';

type Kind = 'models' | 'tests' | 'macros';

/** A file of SQL in a project folder. */
export interface ProjectFile {
	kind: Kind;
	/** File name without `.sql`. */
	name: string;
	/** The path as the operator sees it. */
	file: string;
	/** Names of the folders between `models` and the file. */
	folders: readonly string[];
	/** The content, with line feeds alone at the ends of lines. */
	source: string;
}

/** The files of a project folder, and what is wrong with the others. */
export interface ProjectFiles {
	files: ProjectFile[];
	faults: string[];
	/** Models whose files were found and not read, with their faults, which are above, too. */
	unreadModels: { name: string; words: string }[];
	/** Why files of models may be missing above, since a folder was not read; undefined if none is. */
	incomplete: string | undefined;
}

/** Bounds of a project folder: a run computes every model, and every process that compiles it reads every file. */
const filesMax = 300;
const fileBytesMax = 256 * 1024;
const depthMax = 8;
const kinds: readonly Kind[] = ['models', 'tests', 'macros'];

/**
 * Reads the SQL files of a project folder: `models/**`, `tests` and `macros`. Other files are ignored, except those
 * that look as if they were meant. Only plain files count: a link could lead out of the folder, and what it leads to
 * could change without notice.
 *
 * @param folder path of an existing folder
 */
export function readProjectFolder(folder: string): ProjectFiles {
	const found: ProjectFiles = { files: [], faults: [], unreadModels: [], incomplete: undefined };
	for (const entry of entriesOf(folder, found)) {
		const path = join(folder, entry.name);
		const kind = kinds.find((one) => one === entry.name);
		if (kind === undefined) noteBeside(entry, path, found);
		else if (entry.isDirectory()) readFolder(kind, path, [], found);
		else {
			const words = `${path}: it must be a folder; move it, and create a folder ${kind}`;
			if (kind === 'models') noteUnreadFolder(words, found);
			else found.faults.push(words);
		}
	}
	if (found.incomplete !== undefined && !found.faults.includes(found.incomplete)) found.faults.push(found.incomplete);
	return found;
}

/** The files and folders in a folder, except hidden ones, in the order of their names. */
function entriesOf(path: string, found: ProjectFiles): Dirent[] {
	try {
		const entries = readdirSync(path, { withFileTypes: true });
		return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
	} catch (error) {
		noteUnreadFolder(`${path}: it cannot be read (${messageOf(error)}); allow the user of Footfall to read it`, found);
		return [];
	}
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A folder that was not read may have any model. */
function noteUnreadFolder(words: string, found: ProjectFiles): void {
	found.faults.push(words);
	found.incomplete ??= words;
}

/** Files and folders beside those that are read, if they look as if they were meant. */
function noteBeside(entry: Dirent, path: string, found: ProjectFiles): void {
	if (isNearlyDefinitions(entry.name))
		found.faults.push(`${path}: definitions are read from a file ${definitionsFile}; rename it to that`);
	else if (/^(?:model|test|macro)s?$/i.test(entry.name))
		found.faults.push(`${path}: only the folders models, tests and macros are read; rename it to one of these`);
	else if (/\.sql$/i.test(entry.name))
		found.faults.push(`${path}: it is beside the folders models, tests and macros; move it into one of these`);
}

function readFolder(kind: Kind, path: string, folders: readonly string[], found: ProjectFiles): void {
	for (const entry of entriesOf(path, found)) {
		const file = join(path, entry.name);
		const isSql = /\.sql$/i.test(entry.name);
		if (isSql && found.files.length + found.unreadModels.length >= filesMax) {
			found.incomplete ??= `${path}: the project folder has more than ${filesMax} files of SQL, and no more are read; remove some`;
			return;
		}
		const unread = (words: string) => noteUnread(kind, file, words, found);
		if (entry.isSymbolicLink()) {
			if (isSql) unread(linkWords);
			else if (leadsToFolder(file)) noteUnreadSubfolder(kind, `${file}: ${linkWords}`, found);
		} else if (entry.isDirectory() && isSql) unread('it is a folder with the name of a file; rename it without .sql');
		else if (entry.isDirectory()) readSubfolder(kind, file, [...folders, entry.name], found);
		else if (isSql && !entry.isFile()) unread(specialWords);
		else if (isSql && !entry.name.endsWith('.sql')) unread('its name must end in .sql; rename it');
		else if (isSql) readSqlFile(kind, file, folders, found);
	}
}

function readSubfolder(kind: Kind, path: string, folders: readonly string[], found: ProjectFiles): void {
	if (kind !== 'models')
		found.faults.push(`${path}: ${kind} has no folders; move its files into the folder ${kind} itself`);
	else if (folders.length > depthMax)
		noteUnreadFolder(`${path}: folders are nested more than ${depthMax} deep; move it up`, found);
	else readFolder(kind, path, folders, found);
}

function noteUnreadSubfolder(kind: Kind, words: string, found: ProjectFiles): void {
	if (kind === 'models') noteUnreadFolder(words, found);
	else found.faults.push(words);
}

/** Notes a file that is not read. The published rows of its model stay, as those of a model with another fault. */
function noteUnread(kind: Kind, file: string, words: string, found: ProjectFiles): void {
	const fault = `${file}: ${words}`;
	found.faults.push(fault);
	if (kind === 'models') found.unreadModels.push({ name: nameOf(file), words: fault });
}

const nameOf = (file: string) => basename(file).replace(/\.sql$/i, '');

function readSqlFile(kind: Kind, file: string, folders: readonly string[], found: ProjectFiles): void {
	const unread = (words: string) => noteUnread(kind, file, words, found);
	try {
		// The file may have been replaced since the folder was listed.
		const read = readPlainFile(file, { bytesMax: fileBytesMax, followsLinks: false });
		if (read.kind !== 'bytes') {
			unread(wordsOf(read));
			return;
		}
		const text = new TextDecoder('utf-8', { fatal: true }).decode(read.bytes);
		found.files.push({ kind, name: nameOf(file), file, folders, source: text.replaceAll('\r\n', '\n') });
	} catch (error) {
		const reason = error instanceof TypeError ? 'it is not UTF-8' : messageOf(error);
		unread(`it cannot be read (${reason}); correct or remove it`);
	}
}

const linkWords = 'it is a link, which is not followed; copy what it leads to into the folder';
const specialWords = 'it is not a plain file; remove it';

/** Why a file was not read. Pure. */
function wordsOf(read: Exclude<PlainFile, { kind: 'bytes' }>): string {
	switch (read.kind) {
		case 'absent':
			return 'it was removed while the folder was read; the next run reads the folder again';
		case 'link':
			return linkWords;
		case 'special':
			return specialWords;
		case 'large':
			return `it has ${read.bytes} bytes, at most ${fileBytesMax} are read; divide it`;
	}
}

function leadsToFolder(path: string): boolean {
	try {
		return statSync(path).isDirectory();
	} catch {
		return false;
	}
}
