import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesByProject, helperAt, longAndSmall, longRuns, projectsOf, startsProcesses } from '../support/projects.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = filesByProject();

/** Files of a folder that their name makes a test. */
function testFilesIn(folder: string): string[] {
	return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = `${folder}/${entry.name}`;
		if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : testFilesIn(path);
		return /\.(?:test|spec)\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
	});
}

/** Why a file with this text is not a unit test; `helpers` are the other files of the repository. */
const chainOf = (text: string, helpers: Record<string, string> = {}) =>
	startsProcesses('packages/a/src/a.test.ts', (path) => ({ 'packages/a/src/a.test.ts': text, ...helpers })[path]);

describe('the project of a test file', () => {
	it.each([
		['a module that starts processes', `import { spawn } from 'node:child_process';`, 'node:child_process'],
		[
			'ClickHouse for tests',
			`import { startTestWarehouse } from '@footfall/warehouse/testing';`,
			'@footfall/warehouse/testing',
		],
		[
			'a function that starts a browser',
			`import {\n\tlaunchChromium,\n} from '@footfall/demo-shop';`,
			'launchChromium',
		],
		[
			'a function that starts ClickHouse',
			`import { connect, startEmbeddedServer } from './x.js';`,
			'startEmbeddedServer',
		],
	])('is whole when it imports %s', (_, text, starter) => {
		expect(chainOf(text)).toEqual(['packages/a/src/a.test.ts', starter]);
	});

	it('is whole when a testing helper of a testing helper starts a process', () => {
		const helpers = {
			'packages/a/src/testing/b.ts': `export * from './c.js';`,
			'packages/a/src/testing/c.ts': `import { launchChromium } from '@footfall/demo-shop';`,
		};
		expect(chainOf(`import { b } from './testing/b.js';`, helpers)).toEqual([
			'packages/a/src/a.test.ts',
			'packages/a/src/testing/b.ts',
			'packages/a/src/testing/c.ts',
			'launchChromium',
		]);
	});

	it.each([
		['collector', 'packages/collector'],
		['dashboard', 'packages/dashboard'],
		['http-server', 'packages/http-server'],
		['demo-shop', 'demo-shop'],
	])('follows an import of @footfall/%s/testing', (name, folder) => {
		const read = (path: string) => readFileSync(join(root, path), 'utf8');
		const helper = helperAt('tests/a.test.ts', `@footfall/${name}/testing`, read);
		expect(helper).toMatch(new RegExp(`^${folder}/src/testing/.*\\.ts$`));
		expect(existsSync(join(root, helper ?? ''))).toBe(true);
	});

	it('is unit when it imports only types of what starts processes, or product code', () => {
		const text = [
			`import type { ChildProcess } from 'node:child_process';`,
			`import { type Browser } from 'playwright-core';`,
			`import { product } from './product.js';`,
		].join('\n');
		expect(chainOf(text, { 'packages/a/src/product.ts': `import 'node:child_process';` })).toBeUndefined();
	});

	it('is firefox or long where the name of the file says so', () => {
		expect(projectsOf('tests/tracker/firefox.test.ts')).toEqual(['firefox']);
		expect(projectsOf('tests/command/demo.long.test.ts')).toEqual(['long']);
	});
});

describe('the projects', () => {
	it('have every test file of the repository', () => {
		const found = readdirSync(root, { withFileTypes: true })
			.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
			.flatMap(({ name }) => testFilesIn(name));
		expect(Object.values(files).flat()).toEqual(expect.arrayContaining(found));
		expect(found.length).toBeGreaterThan(150);
	});

	it('share no file, except that long repeats those whose number of runs it raises', () => {
		const { unit, whole, firefox, long } = files;
		const repeated = long.filter((file) => !file.endsWith('.long.test.ts'));
		expect([...unit, ...whole]).toEqual(expect.arrayContaining(repeated));
		const once = [...unit, ...whole, ...firefox, ...long.filter((file) => !repeated.includes(file))];
		expect(once).toEqual([...new Set(once)]);
	});

	it('repeat in engine every test of the collector that opens its port, and no other', () => {
		const opener = /from '[^']*\/(test-collector|collector-process|engines|collector-group)\.js'/;
		const openers = testFilesIn('packages/collector/src').filter((file) =>
			opener.test(readFileSync(join(root, file), 'utf8')),
		);
		expect(openers.length).toBeGreaterThan(25);
		expect(new Set(files.engine)).toEqual(new Set(openers));
	});

	it('start first the long files that are small, all of which exist', () => {
		expect([...files.whole, ...files.long]).toEqual(expect.arrayContaining(longAndSmall));
	});

	it.each(Object.keys(longRuns))('repeat in long the tests that read %s', (variable) => {
		const readers = files.long.filter((file) => readFileSync(join(root, file), 'utf8').includes(variable));
		expect(readers).not.toEqual([]);
	});
});

describe('a unit test', () => {
	it.each(['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'] as const)(
		'that calls %s() fails with a message that names its file and the function',
		async (name) => {
			const module: string = 'node:child_process';
			const { [name]: start } = (await import(module)) as typeof import('node:child_process');
			expect(() => start('true')).toThrow(
				new RegExp(`tests/repository/projects\\.test\\.ts is a unit test, and it called ${name}\\(\\)`),
			);
		},
	);
});
