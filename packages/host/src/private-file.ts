import { closeSync, fsyncSync, linkSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file with mode 0600, or replaces it. The replacement is atomic: a reader sees the old content or the new
 * one, also when the process is killed while it writes.
 */
export function writePrivateFile(path: string, text: string): void {
	const draft = `${path}.${process.pid}.draft`;
	// Writing to an existing draft would keep its mode.
	rmSync(draft, { force: true });
	writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
	renameSync(draft, path);
}

/**
 * Writes a file with mode 0600 unless it exists. Of several processes that do so at once, one creates the file. It is
 * durable after the call.
 */
export function createPrivateFile(path: string, text: string): void {
	const draft = `${path}.${process.pid}.draft`;
	rmSync(draft, { force: true });
	writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
	try {
		linkSync(draft, path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
	} finally {
		rmSync(draft, { force: true });
	}
	const directory = openSync(dirname(path), 'r');
	fsyncSync(directory);
	closeSync(directory);
}

/**
 * Removes the drafts of a private file that killed processes left. Only the owner of the directory may call it, since
 * it must be certain that no other process is writing the file.
 */
export function removeDrafts(path: string): void {
	const directory = dirname(path);
	const isDraft = (name: string) => name.startsWith(`${basename(path)}.`) && /\.\d+\.draft$/.test(name);
	for (const name of readdirSync(directory).filter(isDraft)) rmSync(join(directory, name), { force: true });
}
