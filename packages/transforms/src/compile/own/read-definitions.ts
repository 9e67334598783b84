import { join } from 'node:path';
import { type DefinitionFault, type Definitions, defaultDefinitions, parseDefinitions } from '@footfall/definitions';
import { readPlainFile } from '@footfall/host';

/** Name of the file with the definitions in a project folder. */
export const definitionsFile = 'definitions.json';

/** Whether a name looks as if it were meant to be that of the definitions. Pure. */
export const isNearlyDefinitions = (name: string): boolean =>
	name !== definitionsFile && /^definitions?\.(?:json|jsonc|json5|ya?ml)$/i.test(name);

/** Definitions of a project folder, or the faults of its file. */
export type ReadDefinitions =
	/** `file` is the path as the operator sees it; undefined if the folder has no such file. */
	| { ok: true; file: string | undefined; definitions: Definitions }
	| { ok: false; file: string; faults: readonly DefinitionFault[] };

const bytesMax = 1024 * 1024;

/**
 * Reads `definitions.json` of a project folder. Without the file, the definitions are the default ones. As the other
 * files of the folder, it must be a plain file: a link could lead out of the folder.
 *
 * @param folder path of a folder; undefined for none
 */
export function readDefinitions(folder: string | undefined): ReadDefinitions {
	if (folder === undefined) return { ok: true, file: undefined, definitions: defaultDefinitions };
	const file = join(folder, definitionsFile);
	const refuse = (words: string): ReadDefinitions => ({
		ok: false,
		file,
		faults: [{ file, line: 1, column: 1, words }],
	});
	try {
		const found = readPlainFile(file, { bytesMax, followsLinks: false });
		if (found.kind === 'absent') return { ok: true, file: undefined, definitions: defaultDefinitions };
		if (found.kind === 'link') return refuse('it is a link, which is not followed; copy the file into the folder');
		if (found.kind === 'special') return refuse('it is not a plain file; remove it');
		if (found.kind === 'large') return refuse(`it has ${found.bytes} bytes, at most ${bytesMax} are read; shorten it`);
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(found.bytes);
		const parsed = parseDefinitions(text, file);
		return 'faults' in parsed ? { ok: false, file, faults: parsed.faults } : { ok: true, file, ...parsed };
	} catch (error) {
		const reason = error instanceof TypeError ? 'it is not UTF-8' : error instanceof Error ? error.message : error;
		return refuse(`it cannot be read (${reason}); correct or remove it`);
	}
}
