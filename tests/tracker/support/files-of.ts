import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the files of a folder as a site serves them: their text by their path. */
export function filesOf(folder: string): Record<string, string> {
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	return Object.fromEntries(
		entries.map(({ parentPath, name }) => {
			const file = join(parentPath, name);
			return [file.slice(folder.length), readFileSync(file, 'utf8')];
		}),
	);
}
