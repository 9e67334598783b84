import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
// @ts-expect-error a script without declarations
import { importedPackages } from '../../scripts/pack/imports.js';
// @ts-expect-error a script without declarations
import { outsideDependencies, ownerOf, readWorkspace, workspaceFolders } from '../../scripts/pack/manifest.js';

const workspace = readWorkspace(fileURLToPath(new URL('../..', import.meta.url)));
const used = ['packages/collector', 'packages/warehouse', 'packages/host'];
const folders = workspaceFolders(workspace, used);
const outside = (...names: string[]) =>
	outsideDependencies(workspace, folders, used, new Map(names.map((name) => [name, 'dist/a.js'])));

describe('the dependencies of a packed package', () => {
	it.each([
		["import a from 'pino'", 'pino'],
		['import "@clickhouse/client";', '@clickhouse/client'],
		["export { b } from 'chdb/libchdb';", 'chdb'],
		["export * from 'ws'", 'ws'],
		["const c = await import('@sparticuz/chromium/bin')", '@sparticuz/chromium'],
		["createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')", 'swagger-ui-dist'],
		["const d = require('fflate'); ", 'fflate'],
		["import.meta.resolve('zod')", 'zod'],
	])('are found in %s', (code, name) => {
		expect(importedPackages(code)).toEqual(new Set([name]));
	});

	it.each([
		"import { join } from 'node:path'; import fs from 'fs/promises';",
		"import './a.js'; import('../b.js'); import('https://x.example/a.js'); import(name);",
		"path.resolve('pino'); call('pino'); const text = \"import 'pino'\"; // import 'pino'",
		'const template = `from \'pino\'`; promise.resolve("pino")',
	])('are no more than what is imported: %s', (code) => {
		expect(importedPackages(code)).toEqual(new Set());
	});

	it('have the versions of the catalog, and are those that a file imports', () => {
		expect(outside('ws', '@footfall/host')).toEqual({ ws: workspace.catalog.ws });
	});

	it('are refused if a file imports a package that is no dependency', () => {
		expect(() => outside('ws', 'left-pad')).toThrow(
			'dist/a.js imports left-pad, which no package has among its dependencies: add it to package.json',
		);
	});

	it('are copied from the package that has them, or refused', () => {
		expect(ownerOf(workspace, used, 'uWebSockets.js')).toBe('packages/collector');
		expect(() => ownerOf(workspace, ['packages/host'], 'swagger-ui-dist')).toThrow(
			'swagger-ui-dist is to be copied into the package, and none of packages/host depends on it',
		);
	});
});
