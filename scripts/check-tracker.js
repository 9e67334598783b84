// Checks that the built tracker runs in the browsers of the last three years: its syntax is that of ES2020, and it uses
// no younger global that the data of eslint-plugin-compat has, except those whose presence it checks. Methods of
// objects are not checked.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import compat from 'eslint-plugin-compat';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// Browsers without dynamic imports cannot load further files; those of the last three years render pages on a server.
const browsers = 'last 3 years and supports es6-module-dynamic-import';
/** Globals whose presence the tracker checks before it uses them. */
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
	['footfall.js', 'footfall.mjs', 'footfall-vitals.js', 'footfall-datalayer.js'].map((name) =>
		join('packages/tracker/dist', name),
	),
);
const faults = results.flatMap(({ filePath, messages }) =>
	messages.map(({ message, line, column }) => `${filePath.slice(root.length + 1)}:${line}:${column} ${message}\n`),
);
process.stdout.write(faults.join(''));
process.exit(results.length === 4 && faults.length === 0 ? 0 : 1);
