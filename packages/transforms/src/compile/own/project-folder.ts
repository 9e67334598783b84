import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file of SQL in a project folder. */
export interface ProjectFile {
	kind: 'models' | 'tests' | 'macros';
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
}

/** Bounds of a project folder: a run computes every model, and every process that compiles it reads every file. */
const filesMax = 300;
const fileBytesMax = 256 * 1024;
const depthMax = 8;
const kinds = ['models', 'tests', 'macros'] as const;

/**
 * Reads the SQL files of a project folder: `models/**`, `tests` and `macros`. Other files are ignored. Only plain files
 * count: a link could lead out of the folder, and what it leads to could change without notice.
 *
 * @param folder path of an existing folder
 */
export function readProjectFolder(folder: string): ProjectFiles {
	const found: ProjectFiles = { files: [], faults: [] };
	for (const kind of kinds) {
		const path = join(folder, kind);
		const entry = lstatSync(path, { throwIfNoEntry: false });
		if (entry === undefined) continue;
		if (!entry.isDirectory()) found.faults.push(`${path}: it must be a folder; move it, and create a folder ${kind}`);
		else readFolder(kind, path, [], found);
	}
	if (found.files.length > filesMax)
		found.faults.push(
			`${folder}: it has ${found.files.length} files of SQL, at most ${filesMax} are read; remove some`,
		);
	return found;
}

function readFolder(kind: ProjectFile['kind'], path: string, folders: readonly string[], found: ProjectFiles): void {
	if (found.files.length > filesMax) return;
	const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
	for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
		const file = join(path, entry.name);
		const isSql = entry.name.endsWith('.sql');
		if (entry.isSymbolicLink() && (isSql || leadsToFolder(file)))
			found.faults.push(`${file}: it is a link, which is not followed; copy what it leads to into the folder`);
		else if (entry.isDirectory() && isSql)
			found.faults.push(`${file}: it is a folder with the name of a file; rename it without .sql`);
		else if (entry.isDirectory()) readSubfolder(kind, file, [...folders, entry.name], found);
		else if (isSql && !entry.isFile()) found.faults.push(`${file}: it is not a plain file; remove it`);
		else if (isSql) readSqlFile(kind, file, folders, found);
	}
}

function readSubfolder(kind: ProjectFile['kind'], path: string, folders: readonly string[], found: ProjectFiles): void {
	if (kind !== 'models')
		found.faults.push(`${path}: ${kind} has no folders; move its files into the folder ${kind} itself`);
	else if (folders.length > depthMax)
		found.faults.push(`${path}: folders are nested more than ${depthMax} deep; move it up`);
	else readFolder(kind, path, folders, found);
}

function readSqlFile(kind: ProjectFile['kind'], file: string, folders: readonly string[], found: ProjectFiles): void {
	try {
		const bytes = statSync(file).size;
		if (bytes > fileBytesMax) {
			found.faults.push(`${file}: it has ${bytes} bytes, at most ${fileBytesMax} are read; divide it`);
			return;
		}
		const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
		const source = text.replaceAll('\r\n', '\n');
		found.files.push({ kind, name: basename(file, '.sql'), file, folders, source });
	} catch (error) {
		const reason = error instanceof TypeError ? 'it is not UTF-8' : (error as Error).message;
		found.faults.push(`${file}: it cannot be read (${reason}); correct or remove it`);
	}
}

const leadsToFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
