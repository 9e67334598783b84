import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
 * Removes the drafts of a private file that killed processes left. Only the owner of the directory may call it, since
 * it must be certain that no other process is writing the file.
 */
export function removeDrafts(path: string): void {
	const directory = dirname(path);
	const isDraft = (name: string) => name.startsWith(`${basename(path)}.`) && /\.\d+\.draft$/.test(name);
	for (const name of readdirSync(directory).filter(isDraft)) rmSync(join(directory, name), { force: true });
}
