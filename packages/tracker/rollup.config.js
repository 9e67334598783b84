import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import nodeResolve from '@rollup/plugin-node-resolve';
import typescript from '@rollup/plugin-typescript';
import ts from 'typescript';
import { closure } from './closure.js';
import { completeDeclarations } from './declarations.js';
import { minify } from './minify.js';
import { scriptNames, scriptOrder } from './script-names.js';

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
	leaveOutOptions(),
	forBundlers ? lowerSyntax() : closure(),
	...(forBundlers ? [minify(), keepImport()] : [minify({ names: scriptNames, order: scriptOrder })]),
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
		// Bundlers get the module only; the other files are loaded as they are.
		renderChunk: (code, { fileName }) =>
			fileName.endsWith('.mjs') ? code.replace(/\bimport\(/g, `import(${comments}`) : null,
	};
}

/**
 * Leaves out what web-vitals does only for options that the tracker does not set (`reportSoftNavs`,
 * `reportAllChanges`), for attribution, and the ratings, which it does not send. No minifier can know that.
 */
function leaveOutOptions() {
	const replacements = [
		[/checkSoftNavsEnabled\(opts\)/g, 'false'],
		[/entry\.entryType (=|!)== 'soft-navigation'/g, (_text, sign) => String(sign === '!')],
		[/entry\.entryType === 'interaction-contentful-paint'/g, 'false'],
		[/opts\.reportAllChanges/g, 'false'],
		[/metric\.(rating|delta) = .*;/g, ''],
		[/, metric\.navigationId, metric\.navigationInteractionId, metric\.navigationURL, getBFCacheRestoreTime\(\)/g, ''],
		[/\b(navigation(Id|InteractionId|URL|StartTime)|delta|rating): .*/g, ''],
		[/metric\.navigationId = .*;/g, ''],
		[/else if \(hardNavEntry\) \{[\s\S]*?\n {4}\}/g, ''],
		[/, navigationId( = 0)?, navigationInteractionId, navigationURL, navigationStartTime/g, ''],
		[/navigationType === 'soft-navigation'/g, 'false'],
		// Every call has options of its own, so that each gets a new object anyway.
		[/initUnique\(opts, (\w+)\)/g, 'new $1()'],
		[/(this\._on(Before|After)Processing\w+\?\.|lcpEntryManager\._processEntry)\(\w+\);/g, ''],
		// The library only asks whether two ids are the same.
		[/return `v6-.*`;/g, 'return {};'],
	];
	const unused = new Set(replacements);
	return {
		name: 'leave-out-options',
		transform(code, id) {
			if (!id.includes('web-vitals/dist/modules/')) return;
			for (const replacement of replacements) {
				const shorter = code.replace(...replacement);
				if (shorter !== code) unused.delete(replacement);
				code = shorter;
			}
			return { code, map: null };
		},
		buildEnd() {
			if (unused.size > 0 && unused.size < replacements.length)
				this.error('web-vitals has changed: see leaveOutOptions');
		},
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
		input: path('src/second/index.ts'),
		output: { file: path('dist/footfall-vitals.js'), format: 'es', generatedCode },
		plugins: plugins({ forBundlers: true }),
	},
	{
		input: path('src/data-layer/index.ts'),
		output: { file: path('dist/footfall-datalayer.js'), format: 'es', generatedCode },
		plugins: plugins({ forBundlers: true }),
	},
	{
		input: path('src/index.ts'),
		output: { file: path('dist/footfall.mjs'), format: 'es', generatedCode },
		plugins: [...plugins({ forBundlers: true }), completeDeclarations()],
	},
];
