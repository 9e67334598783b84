import { spawnSync } from 'node:child_process';
import { getNativeImagePath } from 'google-closure-compiler/lib/utils.js';

/** Closure does not support `import()`, so it gets a function of this name in its place. */
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
 * Rollup plugin: turns a module without exports into a script, and rewrites it with the Closure Compiler. Its simple
 * mode renames and merges variables and changes no property. Terser runs after it and is better at the rest; both
 * together make a smaller file than either.
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
