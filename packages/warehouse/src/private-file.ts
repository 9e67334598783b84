import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Writes a file that only its user may read, all or none of it: a reader never sees half, nor does a kill leave half. */
export function writePrivateFile(path: string, text: string): void {
	const draft = `${path}.${process.pid}.draft`;
	// A draft that is there already would keep its mode.
	rmSync(draft, { force: true });
	writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
	renameSync(draft, path);
}

/**
 * Removes the drafts of a private file that processes left behind which were killed while they wrote it. Only for the
 * owner of the directory, who knows that no other process is writing the file.
 */
export function removeDrafts(path: string): void {
	const directory = dirname(path);
	const isDraft = (name: string) => name.startsWith(`${basename(path)}.`) && /\.\d+\.draft$/.test(name);
	for (const name of readdirSync(directory).filter(isDraft)) rmSync(join(directory, name), { force: true });
}
