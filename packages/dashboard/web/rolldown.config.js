import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

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

/** A script of the page; that its types are right is for `tsc -b` to say. */
const script = (input, file, plugins = []) => ({
	input: path(input),
	platform: 'browser',
	tsconfig: path('tsconfig.json'),
	transform: { target: 'es2020' },
	output: { file: path(file), format: 'es', minify: true },
	plugins,
});

export default defineConfig([
	script('src/main.ts', '../dist/web/app.js', [
		{
			name: 'chart-style-hash',
			generateBundle() {
				this.emitFile({ type: 'asset', fileName: 'chart-style-hash.txt', source: chartStyleHash('chart') });
			},
		},
	]),
	script('src/login.ts', '../dist/web/login.js'),
]);
