import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import typescript from '@rollup/plugin-typescript';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const plugins = () => [
	nodeResolve({ browser: true }),
	// One of Plot's dependencies is still written so.
	commonjs(),
	typescript({
		tsconfig: path('tsconfig.json'),
		// Declarations come from `tsc -b`; here types only have to be right, not written.
		compilerOptions: {
			composite: false,
			declaration: false,
			emitDeclarationOnly: false,
			incremental: false,
			outDir: path('../dist/web'),
			tsBuildInfoFile: undefined,
		},
	}),
	terser({ ecma: 2020, module: true }),
];

/**
 * Plot writes a `<style>` into every chart, which the page's policy must name by its hash. It is taken from Plot itself, so that an
 * upgrade that changes it is no surprise.
 */
function chartStyleHash(className) {
	const plot = dirname(createRequire(import.meta.url).resolve('@observablehq/plot'));
	const source = readFileSync(join(plot, 'plot.js'), 'utf8');
	const template = /svg\.append\("style"\)\.text\(\s*`([^`]+)`/.exec(source)?.[1];
	if (!template) throw new Error('Plot does not write its style as it did: look at plot.js and here');
	const style = template.replaceAll(`\${className}`, className);
	return `sha256-${createHash('sha256').update(style).digest('base64')}`;
}

const warn = (warning, handle) => {
	// d3 is made of packages that import each other, to no harm.
	if (warning.code !== 'CIRCULAR_DEPENDENCY') handle(warning);
};

export default [
	{
		input: path('src/main.ts'),
		output: { file: path('../dist/web/app.js'), format: 'es' },
		plugins: [
			...plugins(),
			{
				name: 'chart-style-hash',
				generateBundle() {
					this.emitFile({ type: 'asset', fileName: 'chart-style-hash.txt', source: chartStyleHash('chart') });
				},
			},
		],
		onwarn: warn,
	},
	{
		input: path('src/login.ts'),
		output: { file: path('../dist/web/login.js'), format: 'es' },
		plugins: plugins(),
	},
];
