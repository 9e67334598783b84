import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Names of the engine's functions, engines and so on, by capability; each section is a class. */
export function engineNames(section: string): string[] {
	const words = sections().get(section);
	if (!words) throw new Error(`engine-names.txt has no section [${section}].`);
	return words;
}

function sections(): Map<string, string[]> {
	const text = readFileSync(fileURLToPath(new URL('engine-names.txt', import.meta.url)), 'utf8');
	return new Map(
		[...text.matchAll(/^\[(.+)\]\n([^[]*)/gm)].map(([, title, words]) => [
			title as string,
			(words as string).split(/\s+/).filter((word) => word !== ''),
		]),
	);
}
