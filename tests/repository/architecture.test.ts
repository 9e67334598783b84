import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-architecture-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The names of the rules that the packages of a tree break. */
async function brokenRules(tree: string): Promise<string[]> {
	const options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.cjs'));
	const tsConfig = extractTSConfig(join(root, 'tsconfig.base.json'));
	const workingDirectory = process.cwd();
	// The rules name paths from the root of the tree, which is where the cruise starts.
	process.chdir(tree);
	try {
		const { output } = await cruise(['packages', 'demo-shop'], options, undefined, { tsConfig });
		if (typeof output === 'string') throw new Error(output);
		return [...new Set(output.summary.violations.map(({ rule }) => rule.name))];
	} finally {
		process.chdir(workingDirectory);
	}
}

/** Writes a tree of the given sources, with what their imports need to resolve. Returns its path. */
function plant(files: Record<string, string>): string {
	const tree = mkdtempSync(join(scratch, 'tree-'));
	cpSync(join(root, 'tsconfig.base.json'), join(tree, 'tsconfig.base.json'));
	mkdirSync(join(tree, 'demo-shop'));
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(tree, path)), { recursive: true });
		writeFileSync(join(tree, path), text);
	}
	symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
	for (const folder of ['packages/collector', 'packages/dashboard', 'packages/warehouse']) {
		mkdirSync(join(tree, folder), { recursive: true });
		symlinkSync(join(root, folder, 'node_modules'), join(tree, folder, 'node_modules'));
	}
	return tree;
}

describe('import directions', () => {
	it('are kept by this tree', async () => {
		expect(await brokenRules(root)).toEqual([]);
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
			'the encoding files of the tracker importing the queue',
			'packages/tracker/src/encode/a.ts',
			'../queue/b.js',
			'tracker-encodes-without-queue-or-network',
		],
		[
			'transforms importing the protocol',
			'packages/transforms/src/a.ts',
			'../../protocol/src/decode.js',
			'transforms-imports-only-its-contracts',
		],
		[
			'a stage of the transforms importing a later one',
			'packages/transforms/src/plan/a.ts',
			'../store/b.js',
			'transforms-plan-imports-only-earlier-stages',
		],
		[
			'the run of the transforms importing their operation',
			'packages/transforms/src/build.ts',
			'./operate/b.js',
			'transforms-build-imports-only-earlier-stages',
		],
		[
			'shipped code drawing from a seed',
			'packages/collector/src/a.ts',
			'../../random/src/b.js',
			'seeded-draws-are-for-shoppers-and-tests',
		],
		[
			'the write-ahead log importing the delivery',
			'packages/collector/src/wal/a.ts',
			'../deliver/b.js',
			'collector-wal-imports-along-the-flow',
		],
		[
			'the transport importing the intake',
			'packages/collector/src/accept/transport/a.ts',
			'../intake/b.js',
			'collector-accept-transport-imports-along-the-flow',
		],
		[
			'a package importing the composition root',
			'packages/collector/src/a.ts',
			'../../footfall/src/b.js',
			'nothing-imports-the-composition-root',
		],
		[
			"the dashboard's page importing its API",
			'packages/dashboard/web/src/a.ts',
			'../../src/api/b.js',
			'dashboard-page-imports-only-the-contract',
		],
		[
			"the dashboard's contract importing its API",
			'packages/dashboard/src/contract/a.ts',
			'../api/b.js',
			'dashboard-contract-carries-no-api',
		],
		[
			'the settings of the command importing its commands',
			'packages/footfall/src/settings/a.ts',
			'../run/b.js',
			'command-settings-imports-only-its-contracts',
		],
	])('are checked: %s is found', (_, file, target, rule) => {
		const targetFile = join(dirname(file), target).replace(/\.js$/, '.ts');
		const tree = plant({ [file]: `import '${target}';\n`, [targetFile]: 'export {};\n' });
		return expect(brokenRules(tree)).resolves.toContain(rule);
	});

	it.each([
		['packages/collector/src/deliver/a.ts', 'uWebSockets.js', 'one-file-imports-uWebSockets'],
		['packages/warehouse/src/a.ts', '@clickhouse/client', 'one-file-imports-clickhouse-client'],
		['packages/dashboard/web/src/views/a.ts', '@observablehq/plot', 'one-folder-imports-plot'],
	])('are checked: %s importing %s is found', (file, target, rule) => {
		return expect(brokenRules(plant({ [file]: `import '${target}';\n` }))).resolves.toContain(rule);
	});

	it('are checked: a cycle is found', () => {
		const tree = plant({
			'packages/protocol/src/a.ts': `import './b.js';\n`,
			'packages/protocol/src/b.ts': `import './a.js';\n`,
		});
		return expect(brokenRules(tree)).resolves.toEqual(['no-cycles']);
	});
});
