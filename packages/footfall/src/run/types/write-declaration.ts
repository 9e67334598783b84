import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { readPlainFile, StartRefusal } from '@footfall/host';
import { withoutUrl } from '@footfall/json';
import { firstLine } from './declaration.js';

/**
 * Writes a declaration. A reader, such as an editor, sees the old content or the new one. A file of another origin is
 * never overwritten.
 *
 * @throws StartRefusal if the file cannot be written, or is not one of an earlier run
 */
export function writeDeclaration(path: string, text: string): void {
	const draft = `${path}.${process.pid}.draft`;
	try {
		const before = readIfExists(path);
		if (before !== undefined && before !== '' && !before.startsWith(firstLine))
			throw new StartRefusal(`${withoutUrl(path)} was not written by footfall types; name another file, or remove it`);
		writeFileSync(draft, text);
		renameSync(draft, path);
	} catch (error) {
		rmSync(draft, { force: true });
		if (error instanceof StartRefusal) throw error;
		const { code, message } = error as NodeJS.ErrnoException;
		throw new StartRefusal(
			`${withoutUrl(path)} cannot be written (${code ?? message}); name a file in a folder that exists`,
		);
	}
}

function readIfExists(path: string): string | undefined {
	const read = readPlainFile(path);
	if (read.kind === 'bytes') return read.bytes.toString('utf8');
	if (read.kind === 'absent') return undefined;
	const what = read.kind === 'special' ? `it is ${read.what}` : 'it is not a plain file';
	throw new StartRefusal(`${withoutUrl(path)} cannot be written (${what}); name a file in a folder that exists`);
}
