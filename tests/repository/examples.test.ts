import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => name);

interface Manifest {
	version: string;
	dependencies?: Record<string, string>;
	devDependencies?: Record<string, string>;
}
const manifestOf = (example: string): Manifest => JSON.parse(read(`examples/${example}/package.json`));
/** The examples that need packages. The others are files that any server of files serves. */
const withPackages = examples.filter((name) => readdirSync(join(root, 'examples', name)).includes('package.json'));

/** A part of a file may be shown without the indent of its place. */
const withoutIndent = (text: string) => text.replaceAll(/^\t+/gm, '');

describe('the examples', () => {
	it('are all listed in examples/README.md, and each has a test', () => {
		const listed = [...read('examples/README.md').matchAll(/^\| \[([\w-]+)\]\(\1\/README\.md\) \|/gm)].map(
			([, name]) => name,
		);
		expect(new Set(listed)).toEqual(new Set(examples));
		expect(listed).toHaveLength(examples.length);
		const tests = readdirSync(join(root, 'tests/examples')).filter((file) => file.endsWith('.long.test.ts'));
		expect(new Set(tests)).toEqual(new Set(examples.map((name) => `${name}.long.test.ts`)));
	});

	it.each(withPackages)(
		'%s has exact versions: of our packages those of the workspace, of others those of the catalog',
		(name) => {
			const { dependencies = {}, devDependencies = {} } = manifestOf(name);
			const { version } = JSON.parse(read('package.json')) as Manifest;
			const { catalog } = parse(read('pnpm-workspace.yaml')) as { catalog: Record<string, string> };
			for (const [dependency, range] of Object.entries({ ...dependencies, ...devDependencies })) {
				const expected = dependency.startsWith('@footfall/') ? version : (catalog[dependency] ?? range);
				expect([dependency, range]).toEqual([dependency, expected]);
				expect(range).toMatch(/^\d+\.\d+\.\d+$/);
			}
		},
	);

	it.each(['docs/how-to/react-vue-next.md', 'docs/how-to/send-from-a-server.md'])(
		'have each block of code that %s takes from them',
		(page) => {
			const blocks = [...read(page).matchAll(/^```\w+\n\/\/ (examples\/\S+)\n([\s\S]*?)^```$/gm)];
			expect(blocks.length).toBeGreaterThan(0);
			for (const [, path = '', code = ''] of blocks)
				expect(withoutIndent(read(path)), path).toContain(withoutIndent(code).trim());
		},
	);

	it('have the page of the tutorial', () => {
		const [, page] = /^```html\n([\s\S]*?)^```$/m.exec(read('docs/tutorial.md')) ?? [];
		expect(read('examples/plain-page/mug.html')).toBe(page);
	});
});
