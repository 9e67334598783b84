import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a directory and its missing parents with mode 0700. Node's recursive mkdir is not used, since it never
 * returns on file systems that answer "no such file" to every creation, as /proc does.
 */
export function makeDirectory(path: string): void {
	if (isDirectory(path)) return;
	try {
		mkdirSync(path, { mode: 0o700 });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		// Another process may have created it meanwhile.
		if (code === 'EEXIST' && isDirectory(path)) return;
		const parent = dirname(path);
		if (code !== 'ENOENT' || parent === path || isDirectory(parent)) throw error;
		makeDirectory(parent);
		makeDirectory(path);
	}
}

function isDirectory(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
