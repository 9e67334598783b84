import { spawnSync } from 'node:child_process';
import { getNativeImagePath } from 'google-closure-compiler/lib/utils.js';

/** Closure knows no `import()`, so it sees a function of this name. */
const importer = '__import';

const flags = [
	'--compilation_level=SIMPLE',
	'--language_in=ECMASCRIPT_NEXT',
	'--language_out=ECMASCRIPT_2020',
	'--assume_function_wrapper',
	'--isolation_mode=IIFE',
	'--jscomp_off=*',
	'--rewrite_polyfills=false',
];

/**
 * Rollup plugin: makes a script of a module without exports, and rewrites it with the Closure Compiler, whose simple mode renames and merges variables and changes no
 * property. Terser does the rest better, and comes after it; the two together beat either.
 */
export function closure() {
	return {
		name: 'closure',
		renderDynamicImport: () => ({ left: `${importer}(`, right: ')' }),
		renderChunk(code) {
			const path = getNativeImagePath();
			if (!path) throw new Error(`google-closure-compiler has no native build for ${process.platform} ${process.arch}`);
			const { status, stdout, stderr, error } = spawnSync(path, flags, { input: code, encoding: 'utf8' });
			if (status !== 0) throw error ?? new Error(stderr);
			return stdout.replaceAll(`${importer}(`, 'import(');
		},
	};
}
