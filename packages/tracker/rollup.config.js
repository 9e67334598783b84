import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import typescript from '@rollup/plugin-typescript';
import ts from 'typescript';
import { closure } from './closure.js';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const plugins = ({ forBundlers = false } = {}) => [
	nodeResolve(),
	typescript({
		tsconfig: path('tsconfig.json'),
		// Types and declarations are for `tsc -b`.
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
	terser({
		ecma: 2020,
		module: true,
		toplevel: true,
		// Every flag was measured.
		compress: {
			passes: 5,
			unsafe: true,
			unsafe_arrows: true,
			unsafe_math: true,
			inline: 1,
			booleans_as_integers: true,
		},
		// What tells a bundler to leave the address of the second file alone.
		format: { comments: forBundlers && /@vite-ignore|webpackIgnore/ },
		// A leading underscore says that nobody outside the bundle reads the property.
		mangle: { properties: { regex: /^_[a-z]/i } },
	}),
	reportSize(),
];

/** Libraries bring newer syntax than ours. */
function lowerSyntax() {
	const compilerOptions = { target: 'ES2020', module: 'ESNext', useDefineForClassFields: false };
	return {
		name: 'lower-syntax',
		renderChunk: (code) => ts.transpileModule(code, { compilerOptions }).outputText,
	};
}

/** Says what the file costs a page. */
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
		plugins: plugins({ forBundlers: true }),
	},
];
