import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const page = readFileSync(new URL('../../../docs/how-to/react-vue-next.md', import.meta.url), 'utf8');

/** Address of the collector in the recipes. */
const collectorInRecipes = 'https://events.shop.example';

/**
 * Writes the files of a recipe of the documentation into a project, as they stand but for the address of the collector.
 *
 * @param heading of the recipe
 */
export function writeRecipe(heading: string, project: string, collectorUrl: string): void {
	const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
	const files = [...section.matchAll(/^```\w+\n(?:\/\/|<!--) (\S+\.\w+).*\n([\s\S]*?)^```$/gm)];
	if (files.length === 0) throw new Error(`docs/how-to/react-vue-next.md has no files under "${heading}"`);
	for (const [, name = '', text = ''] of files) {
		mkdirSync(dirname(join(project, name)), { recursive: true });
		writeFileSync(join(project, name), text.replaceAll(collectorInRecipes, collectorUrl));
	}
}
