import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import nodeResolve from '@rollup/plugin-node-resolve';
import typescript from '@rollup/plugin-typescript';
import ts from 'typescript';
import { closure } from './closure.js';
import { completeDeclarations } from './declarations.js';
import { minify, scriptLetters } from './minify.js';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const plugins = ({ forBundlers = false } = {}) => [
	nodeResolve(),
	typescript({
		tsconfig: path('tsconfig.json'),
		// `tsc -b` checks types and writes declarations.
		compilerOptions: {
			noCheck: true,
			composite: false,
			declaration: false,
			emitDeclarationOnly: false,
			incremental: false,
			module: 'ESNext',
			moduleResolution: 'Bundler',
			outDir: path('dist'),
			tsBuildInfoFile: undefined,
		},
	}),
	forBundlers ? lowerSyntax() : closure(),
	...(forBundlers ? [minify(), keepImport()] : [minify(scriptLetters)]),
	reportSize(),
];

/**
 * Marks the import of the second file, so that bundlers keep it as it is: webpack and its successors, Vite, and
 * Turbopack, which Next uses. Without the comment they look for the file among their own at build time, and the import
 * fails in the page. The comments are added last, because every earlier step loses or moves comments.
 */
function keepImport() {
	const comments = '/* webpackIgnore: true *//* turbopackIgnore: true *//* @vite-ignore */';
	return {
		name: 'keep-import',
		renderChunk: (code) => code.replace(/\bimport\(/g, `import(${comments}`),
	};
}

/** Lowers the syntax of libraries, which may be newer than ES2020. */
function lowerSyntax() {
	const compilerOptions = { target: 'ES2020', module: 'ESNext', useDefineForClassFields: false };
	return {
		name: 'lower-syntax',
		renderChunk: (code) => ts.transpileModule(code, { compilerOptions }).outputText,
	};
}

/** Reports the size of the built file. */
function reportSize() {
	return {
		name: 'report-size',
		generateBundle(_options, bundle) {
			for (const { fileName, code } of Object.values(bundle)) {
				this.info(`${fileName}: ${brotliCompressSync(code).length} bytes in brotli, ${code.length} raw`);
			}
		},
	};
}

const generatedCode = { constBindings: true, arrowFunctions: true, objectShorthand: true };

export default [
	{
		input: path('src/script.ts'),
		output: { file: path('dist/footfall.js'), format: 'es', generatedCode },
		plugins: plugins(),
	},
	{
		input: path('src/vitals.ts'),
		output: { file: path('dist/footfall-vitals.js'), format: 'es', generatedCode },
		plugins: plugins({ forBundlers: true }),
	},
	{
		input: path('src/index.ts'),
		output: { file: path('dist/footfall.mjs'), format: 'es', generatedCode },
		plugins: [...plugins({ forBundlers: true }), completeDeclarations()],
	},
];
