import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file that only its user may read, all or none of it: a reader never sees half, nor does a kill leave half. */
export function writePrivateFile(path: string, text: string): void {
	const draft = `${path}.${process.pid}.draft`;
	writeFileSync(draft, text, { mode: 0o600 });
	renameSync(draft, path);
}
