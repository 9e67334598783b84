import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IRegularForbiddenRuleType } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-architecture-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.cjs'));

/** The modules of a tree and the imports that break a rule. */
async function cruiseTree(tree: string): Promise<ICruiseResult> {
	const tsConfig = extractTSConfig(join(root, 'tsconfig.base.json'));
	const workingDirectory = process.cwd();
	// The rules name paths from the root of the tree, which is where the cruise starts.
	process.chdir(tree);
	try {
		const { output } = await cruise(['packages', 'demo-shop'], options, undefined, { tsConfig });
		if (typeof output === 'string') throw new Error(output);
		return output;
	} finally {
		process.chdir(workingDirectory);
	}
}

const brokenRulesOf = ({ summary }: ICruiseResult): string[] => [
	...new Set(summary.violations.map(({ rule }) => rule.name)),
];
/** The names of the rules that the packages of a tree break. */
const brokenRules = async (tree: string): Promise<string[]> => brokenRulesOf(await cruiseTree(tree));

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

const rules = options.ruleSet?.forbidden ?? [];
const isMatch = (path: string, pattern: string | string[] | undefined, otherwise: boolean) =>
	pattern === undefined ? otherwise : new RegExp([pattern].flat().join('|')).test(path);

/** The names of the rules about the directions between packages and folders that hold for a file. */
const directionsOf = (file: string) =>
	rules
		.filter(({ name = '' }) => /-imports-(?:only-its-contracts|along-the-flow|only-earlier-stages)$/.test(name))
		.filter(({ from }) => isMatch(file, from.path, true) && !isMatch(file, from.pathNot, false))
		.map(({ name }) => name);

const foldersOf = (path: string) =>
	readdirSync(join(root, path), { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => `${path}/${name}`);

describe('import directions', () => {
	let cruised: ICruiseResult;

	beforeAll(async () => {
		cruised = await cruiseTree(root);
	});

	it('are kept by this tree', () => {
		expect(brokenRulesOf(cruised)).toEqual([]);
	});

	it('have no rule whose paths match no file of this tree', () => {
		const sources = cruised.modules.map(({ source }) => source);
		const targets = cruised.modules.flatMap(({ dependencies }) => dependencies.map(({ resolved }) => resolved));
		const isEmpty = ({ from, to }: IRegularForbiddenRuleType) =>
			!sources.some((path) => isMatch(path, from.path, true) && !isMatch(path, from.pathNot, false)) ||
			![...sources, ...targets].some((path) => isMatch(path, to.path, true) && !isMatch(path, to.pathNot, false));
		expect(rules.filter((rule) => isEmpty(rule as IRegularForbiddenRuleType)).map(({ name }) => name)).toEqual([]);
		expect(rules.length).toBeGreaterThan(30);
	});

	it('cover every package but the command, and every folder of the collector, the transforms and the command', () => {
		const packages = ['demo-shop', ...foldersOf('packages').filter((path) => path !== 'packages/footfall')];
		expect(packages.filter((path) => directionsOf(`${path}/src/a.ts`).length === 0)).toEqual([]);
		const uncovered = ['packages/collector/src', 'packages/transforms/src', 'packages/footfall/src'].flatMap((path) =>
			foldersOf(path).filter((folder) => directionsOf(`${folder}/a.ts`).length <= directionsOf(`${path}/a.ts`).length),
		);
		// The collector's workers run the collector as a whole, and tests may use everything.
		expect(uncovered).toEqual([
			'packages/collector/src/testing',
			'packages/collector/src/workers',
			'packages/transforms/src/testing',
		]);
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
			'shipped code importing what tests use',
			'packages/collector/src/wal/a.ts',
			'../testing/b.js',
			'shipped-code-imports-no-tests',
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
		['packages/collector/src/accept/a.ts', 'ws', 'one-file-of-the-collector-imports-ws'],
		['packages/warehouse/src/a.ts', '@clickhouse/client', 'one-file-imports-clickhouse-client'],
		['packages/dashboard/web/src/views/a.ts', '@observablehq/plot', 'one-folder-imports-plot'],
	])('are checked: %s importing %s is found', (file, target, rule) => {
		return expect(brokenRules(plant({ [file]: `import '${target}';\n` }))).resolves.toContain(rule);
	});

	it('are checked: an engine of HTTP that imports the rules is found', () => {
		const tree = plant({
			'packages/collector/src/accept/transport/node/a.ts': `import '../server.js';\n`,
			'packages/collector/src/accept/transport/server.ts': 'export {};\n',
		});
		return expect(brokenRules(tree)).resolves.toContain('engines-import-no-rules');
	});

	it('are checked: a cycle is found', () => {
		const tree = plant({
			'packages/protocol/src/a.ts': `import './b.js';\n`,
			'packages/protocol/src/b.ts': `import './a.js';\n`,
		});
		return expect(brokenRules(tree)).resolves.toEqual(['no-cycles']);
	});
});
