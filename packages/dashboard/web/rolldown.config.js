import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Hash of the `<style>` that Plot writes into every chart, for the page's Content-Security-Policy. The style is read
 * from Plot's source, so that the hash follows an upgrade.
 */
function chartStyleHash(className) {
	const plot = dirname(createRequire(import.meta.url).resolve('@observablehq/plot'));
	const source = readFileSync(join(plot, 'plot.js'), 'utf8');
	const template = /svg\.append\("style"\)\.text\(\s*`([^`]+)`/.exec(source)?.[1];
	if (!template)
		throw new Error(
			'The style that Plot writes is not found in its plot.js. Adapt the pattern in web/rolldown.config.js.',
		);
	const style = template.replaceAll(`\${className}`, className);
	return `sha256-${createHash('sha256').update(style).digest('base64')}`;
}

/** Configuration of one script of the page. `tsc -b` checks its types. */
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
