import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The projects of vitest:
 *
 * - `unit`: tests that start no process: no ClickHouse, no browser, no child process.
 * - `whole`: tests that start one.
 * - `firefox`: the tracker in an installed Firefox.
 * - `long`: tests that take minutes, and tests of random inputs once more, with many more inputs.
 * - `engine`: every test of the collector that opens its port, once more on the engine of Node's own http.
 */
export type Project = 'unit' | 'whole' | 'firefox' | 'long' | 'engine';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Numbers of random inputs and repetitions in the project `long`; the tests that read them have smaller defaults.
 * `FOOTFALL_THOROUGH` adds inputs that take many seconds, and tries whole lists instead of a part of them.
 */
export const longRuns = {
	FOOTFALL_THOROUGH: '1',
	FOOTFALL_MODEL_RUNS: '5000',
	FOOTFALL_PROPERTY_RUNS: '16',
	FOOTFALL_STATEMENT_STEP: '5',
	FOOTFALL_TORN_PUBLISHES: '60',
	FOOTFALL_RECOUNT_DAYS: '120',
};

/**
 * Files that take half a minute and are small. Without durations of an earlier run, vitest starts large files first,
 * and a long file that starts last leaves the other workers without work.
 */
export const longAndSmall = [
	'tests/command/bare-debian-12.long.test.ts',
	'tests/command/bare-debian-13.long.test.ts',
	'tests/repository/images.long.test.ts',
	'tests/dashboard/demo-views.long.test.ts',
	'tests/dashboard/lag.test.ts',
	'tests/command/crowds.long.test.ts',
	'tests/command/earlier-marts.long.test.ts',
	'tests/command/own-models.long.test.ts',
	'tests/promise/failure/each-fault.long.test.ts',
	'tests/promise/failure/kept-promise.test.ts',
	'packages/collector/src/accept/hostile-bodies.long.test.ts',
	'packages/simulation/src/history/history.long.test.ts',
];

/** Modules whose importer starts processes. */
const starterModules = /^(node:child_process|playwright-core|puppeteer-core|@footfall\/warehouse\/testing)$/;
/** Functions whose importer starts processes, wherever they are imported from. */
const starterFunctions = /\b(launchChromium|startEmbeddedServer|startShoppers|startCollectorGroup)\b/;
/** Imports are followed into these folders only: product code decides at run time whether it starts a process. */
const helperFolders = /\/(testing|support|failure)\//;

/** A statement that imports or re-exports: the word `type`, the names and the module. */
const importStatement = /^(?:import|export)\s+(type\s)?([^'";]*?\sfrom\s+)?'([^']+)'/gm;

/**
 * Why a test file is not a unit test: the chain of files and the module or function at its end. Undefined for a unit
 * test.
 *
 * @param file path from the root of the repository
 * @param read text of a file, undefined when there is none
 */
export function startsProcesses(
	file: string,
	read: (path: string) => string | undefined = readFromRoot,
	seen = new Set<string>(),
): string[] | undefined {
	seen.add(file);
	for (const [, typeOnly, names = '', module = ''] of (read(file) ?? '').matchAll(importStatement)) {
		if (typeOnly || importsTypesOnly(names)) continue;
		if (starterModules.test(module)) return [file, module];
		const starter = starterFunctions.exec(names)?.[0];
		if (starter) return [file, starter];
		const helper = helperAt(file, module, read);
		if (!helper || seen.has(helper) || !helperFolders.test(helper)) continue;
		const rest = startsProcesses(helper, read, seen);
		if (rest) return [file, ...rest];
	}
	return undefined;
}

/**
 * The projects that run a test file.
 *
 * @param file path from the root of the repository
 */
export function projectsOf(file: string): Project[] {
	const engine = opensCollectorPort(file) ? (['engine'] as const) : [];
	if (file.endsWith('.long.test.ts')) return ['long', ...engine];
	if (file.endsWith('/firefox.test.ts')) return ['firefox'];
	const text = readFromRoot(file) ?? '';
	const hasLongRuns = Object.keys(longRuns).some((variable) => text.includes(`process.env.${variable}`));
	return [startsProcesses(file) ? 'whole' : 'unit', ...(hasLongRuns ? (['long'] as const) : []), ...engine];
}

/** Functions that open the public port of a collector. */
const portOpeners =
	/\b(startTestCollector|startCollectorProcess|startCollectorGroup|startCollector|testEngine|engines)\b/;

/** Whether a file is a test of the collector that opens its public port. */
function opensCollectorPort(file: string): boolean {
	return file.startsWith('packages/collector/src/') && portOpeners.test(readFromRoot(file) ?? '');
}

/** All test files of the repository by their project. Paths start at the root of the repository. */
export function filesByProject(): Record<Project, string[]> {
	const files: Record<Project, string[]> = { unit: [], whole: [], firefox: [], long: [], engine: [] };
	const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
	const folders = [...packages.flatMap((folder) => [`${folder}/src`, `${folder}/web/src`]), 'demo-shop/src', 'tests'];
	for (const folder of folders.filter((path) => existsSync(join(root, path)))) {
		for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
			const file = join(folder, name);
			if (!file.endsWith('.test.ts')) continue;
			for (const project of projectsOf(file)) files[project].push(file);
		}
	}
	return files;
}

function readFromRoot(path: string): string | undefined {
	return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
}

/** Whether an import of `{ type A, type B } from` has no value in it. */
function importsTypesOnly(names: string): boolean {
	const list = /^\{([^}]*)\}/.exec(names)?.[1];
	if (list === undefined) return false;
	return list.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '));
}

/** The file that a module name stands for, when it is one of our helpers. */
export function helperAt(file: string, module: string, read: (path: string) => string | undefined): string | undefined {
	const name = /^@footfall\/([\w-]+)\/testing$/.exec(module)?.[1];
	if (name !== undefined) {
		const folder = name === 'demo-shop' ? name : `packages/${name}`;
		const { exports = {} } = JSON.parse(read(`${folder}/package.json`) ?? '{}');
		const built: string = exports['./testing']?.default ?? './dist/testing/index.js';
		return join(folder, built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'));
	}
	if (!module.startsWith('.')) return undefined;
	return normalize(join(dirname(file), module)).replace(/\.js$/, '.ts');
}
