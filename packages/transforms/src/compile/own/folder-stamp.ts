import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Number of files and folders above which a stamp looks at no more: more are not read either. */
const entriesMax = 5_000;

/**
 * A text that differs once something has changed in a project folder, from the metadata of all files and folders in it.
 * It takes some milliseconds, where reading and compiling the files takes many times that.
 */
export function folderStamp(folder: string): string {
	const lines: string[] = [];
	const waiting = [folder];
	for (let path = waiting.pop(); path !== undefined && lines.length < entriesMax; path = waiting.pop()) {
		const { line, isFolder } = stampOf(path);
		lines.push(line);
		if (isFolder) waiting.push(...namesIn(path).map((name) => join(path as string, name)));
	}
	return lines.join('\n');
}

/** The time of the last change of the metadata cannot be set back, as that of the content can. */
function stampOf(path: string): { line: string; isFolder: boolean } {
	try {
		const found = lstatSync(path, { bigint: true });
		const { ino, size, mode, mtimeNs, ctimeNs } = found;
		return { line: [path, ino, size, mode, mtimeNs, ctimeNs].join(' '), isFolder: found.isDirectory() };
	} catch {
		return { line: `${path} -`, isFolder: false };
	}
}

function namesIn(path: string): string[] {
	try {
		return readdirSync(path).filter((name) => !name.startsWith('.'));
	} catch {
		return [];
	}
}
