// The built tracker is held to the browsers of the last three years: its syntax is that of 2020, and it names no younger global that the
// data of eslint-plugin-compat knows, but for those it looks for first. Methods of objects are beyond it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import compat from 'eslint-plugin-compat';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// Without modules no browser loads the second file; the ones that lack them render pages elsewhere.
const browsers = 'last 3 years and supports es6-module-dynamic-import';
/** Looked for before they are used. */
const polyfills = ['document.prerendering', 'document.wasDiscarded', 'requestIdleCallback'];

const eslint = new ESLint({
	cwd: root,
	ignore: false,
	overrideConfigFile: true,
	overrideConfig: [
		{
			files: ['**/*.js', '**/*.mjs'],
			plugins: { compat },
			rules: { 'compat/compat': 'error' },
			languageOptions: { ecmaVersion: 2020 },
			linterOptions: { reportUnusedDisableDirectives: 'off' },
			settings: { browsers, polyfills, lintAllEsApis: true },
		},
		{ files: ['**/footfall.js'], languageOptions: { sourceType: 'script' } },
	],
});
const results = await eslint.lintFiles(
	['footfall.js', 'footfall.mjs', 'footfall-vitals.js'].map((name) => join('packages/tracker/dist', name)),
);
const faults = results.flatMap(({ filePath, messages }) =>
	messages.map(({ message, line, column }) => `${filePath.slice(root.length + 1)}:${line}:${column} ${message}\n`),
);
process.stdout.write(faults.join(''));
process.exit(results.length === 3 && faults.length === 0 ? 0 : 1);
