// The scripts that are compared: ours as built, the others as an application would bundle them, minified the same way.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';

export const peers = ['plausible', 'posthog', 'snowplow', 'mixpanel'];
export const ours = 'footfall';

async function bundlePeer(name) {
	const input = fileURLToPath(new URL(`./peers/${name}.js`, import.meta.url));
	const plugins = [nodeResolve({ browser: true }), terser({ ecma: 2020, compress: { passes: 2 } })];
	const build = await rollup({ input, plugins, onLog() {} });
	const { output } = await build.generate({ format: 'iife', inlineDynamicImports: true });
	await build.close();
	return output[0].code;
}

/** Code of each tracker by its name; each defines `start(collectorUrl)` and `track(name, id)`, ours by its own tag. */
export async function readScripts() {
	const built = readFileSync(new URL('../../../packages/tracker/dist/footfall.js', import.meta.url), 'utf8');
	const bundled = await Promise.all(peers.map(bundlePeer));
	return { [ours]: built, ...Object.fromEntries(peers.map((name, i) => [name, bundled[i]])) };
}

/** The tags that embed a tracker. */
export function tags(name, collectorUrl) {
	if (name === ours) {
		return `<script src="/footfall.js" data-site="shop" data-collector="${collectorUrl}" data-capture=""></script>
<script>window.track = (name, objId) => footfall.track(name, { objId })</script>`;
	}
	return `<script src="/${name}.js"></script><script>start('${collectorUrl}')</script>`;
}
