import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-architecture-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Holds a tree against the rules; gives the names of the rules it breaks. */
function brokenRules(tree: string): string[] {
	const depcruise = join(root, 'node_modules/.bin/depcruise');
	const config = join(root, '.dependency-cruiser.cjs');
	const { stdout, stderr } = spawnSync(
		depcruise,
		['--config', config, '--output-type', 'json', 'packages', 'demo-shop'],
		{
			cwd: tree,
			encoding: 'utf8',
			// The report names every import of the tree.
			maxBuffer: 256 * 1024 * 1024,
		},
	);
	if (stdout === '') throw new Error(stderr);
	const violations: { rule: { name: string } }[] = JSON.parse(stdout).summary.violations;
	return [...new Set(violations.map(({ rule }) => rule.name))];
}

/** A copy of two packages' manifests and the given sources, enough for imports to resolve. */
function plant(files: Record<string, string>): string {
	const tree = mkdtempSync(join(scratch, 'tree-'));
	cpSync(join(root, 'tsconfig.base.json'), join(tree, 'tsconfig.base.json'));
	mkdirSync(join(tree, 'demo-shop'));
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(tree, path)), { recursive: true });
		writeFileSync(join(tree, path), text);
	}
	symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
	for (const folder of ['packages/collector', 'packages/warehouse']) {
		mkdirSync(join(tree, folder), { recursive: true });
		symlinkSync(join(root, folder, 'node_modules'), join(tree, folder, 'node_modules'));
	}
	return tree;
}

describe('import directions', () => {
	it('are kept by this tree', () => {
		expect(brokenRules(root)).toEqual([]);
	});

	it.each([
		[
			'protocol importing the collector',
			'packages/protocol/src/a.ts',
			'../../collector/src/b.js',
			'protocol-imports-only-its-contracts',
		],
		[
			'the tracker importing the decoder',
			'packages/tracker/src/a.ts',
			'../../protocol/src/decode.js',
			'tracker-carries-no-decoder',
		],
		[
			'transforms importing the protocol',
			'packages/transforms/src/a.ts',
			'../../protocol/src/decode.js',
			'transforms-imports-only-its-contracts',
		],
		[
			'shipped code drawing from a seed',
			'packages/collector/src/a.ts',
			'../../random/src/b.js',
			'seeded-draws-are-for-shoppers-and-tests',
		],
		[
			'a package importing the composition root',
			'packages/collector/src/a.ts',
			'../../footfall/src/b.js',
			'nothing-imports-the-composition-root',
		],
	])('are checked: %s is found', (_, file, target, rule) => {
		const targetFile = join(dirname(file), target).replace(/\.js$/, '.ts');
		const tree = plant({ [file]: `import '${target}';\n`, [targetFile]: 'export {};\n' });
		expect(brokenRules(tree)).toContain(rule);
	});

	it.each([
		['packages/collector/src/deliver/a.ts', 'uWebSockets.js', 'one-file-imports-uWebSockets'],
		['packages/warehouse/src/a.ts', '@clickhouse/client', 'one-file-imports-clickhouse-client'],
	])('are checked: %s importing %s is found', (file, target, rule) => {
		expect(brokenRules(plant({ [file]: `import '${target}';\n` }))).toContain(rule);
	});

	it('are checked: a cycle is found', () => {
		const tree = plant({
			'packages/protocol/src/a.ts': `import './b.js';\n`,
			'packages/protocol/src/b.ts': `import './a.js';\n`,
		});
		expect(brokenRules(tree)).toEqual(['no-cycles']);
	});
});
