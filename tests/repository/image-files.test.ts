import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isInImage, placePackages } from '../../scripts/images/dependencies.js';

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'footfall-image-files-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Installs a package as pnpm does: its files in a folder of its own, with links to its dependencies beside it. */
function install(id: string, needed: Record<string, string> = {}, optional: string[] = []): string {
	const name = id.slice(0, id.lastIndexOf('@'));
	const modules = join(scratch, '.pnpm', id.replace('/', '+'), 'node_modules');
	const folder = join(modules, name);
	mkdirSync(folder, { recursive: true });
	for (const [dependency, target] of Object.entries(needed)) {
		mkdirSync(dirname(join(modules, dependency)), { recursive: true });
		symlinkSync(target, join(modules, dependency));
	}
	const optionalDependencies = Object.fromEntries(optional.map((dependency) => [dependency, '1']));
	const dependencies = Object.fromEntries(Object.keys(needed).map((dependency) => [dependency, '1']));
	for (const dependency of optional) delete dependencies[dependency];
	writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, dependencies, optionalDependencies }));
	return folder;
}

const none = () => false;
const placed = (places: Map<string, string>) => Object.fromEntries(places);

describe('the packages of an image', () => {
	it('are where Node finds the versions with which they were installed', () => {
		const [b1, b2] = [install('b@1'), install('b@2')];
		const c = install('c@1', { b: b2 });
		const a = install('@scope/a@1', { b: b1, c });
		expect(placed(placePackages({ '@scope/a': a }, none).service)).toEqual({
			'node_modules/@scope/a': a,
			'node_modules/b': b1,
			'node_modules/c': c,
			'node_modules/c/node_modules/b': b2,
		});
	});

	it('may need each other, and may lack optional packages for other systems, but no others', () => {
		const d = install('d@1', {}, ['d-for-another-system']);
		const f = install('f@1', { e: join(scratch, '.pnpm/e@1/node_modules/e') });
		const e = install('e@1', { d, f });
		expect(placed(placePackages({ e }, none).service)).toEqual({
			'node_modules/e': e,
			'node_modules/d': d,
			'node_modules/f': f,
		});
		const g = install('g@1');
		writeFileSync(join(g, 'package.json'), JSON.stringify({ dependencies: { missing: '1' } }));
		expect(() => placePackages({ g }, none)).toThrow(`${g} lacks missing`);
	});

	it('are apart if only the larger image needs them, with all that only they need', () => {
		const [h1, h2, i] = [install('h@1'), install('h@2'), install('i@1')];
		const browser = install('browser@1', { h: h2, i });
		const j = install('j@1', { h: h1, browser }, ['browser']);
		const { service, engine } = placePackages({ browser, j }, (name) => name === 'browser');
		expect(placed(service)).toEqual({ 'node_modules/j': j, 'node_modules/h': h1 });
		expect(placed(engine)).toEqual({
			'node_modules/browser': browser,
			'node_modules/browser/node_modules/h': h2,
			'node_modules/i': i,
		});
	});
});

describe('the files of a package in an image', () => {
	it.each([
		'package.json',
		'index.js',
		'lib/docs/index.js',
		'libchdb.so',
		'LICENSE',
		'LICENSE.md',
		'lib/NOTICE',
		'bin/al2023.tar.br',
	])('have %s', (path) => expect(isInImage(path)).toBe(true));

	it.each([
		'index.js.map',
		'index.d.ts',
		'index.d.mts',
		'src/main.ts',
		'test',
		'test/main.js',
		'lib/main.test.js',
		'README.md',
		'.github',
		'tsconfig.json',
		'lib/tsconfig.build.json',
		'.eslintrc',
		'examples/one.js',
		'binding.gyp',
	])('do not have %s', (path) => expect(isInImage(path)).toBe(false));
});
