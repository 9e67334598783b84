import { readFileSync } from 'node:fs';
import { type RollupOptions, rollup } from 'rollup';

export interface Bundle {
	code: string;
	/** Paths of the files in the bundle. */
	modules: string[];
}

/** Builds a file as `rollup -c` does, from the current sources, without writing it. */
export async function bundle(fileName: 'footfall.mjs'): Promise<Bundle> {
	const config = (await import(new URL('../../rollup.config.js', import.meta.url).href)) as {
		default: RollupOptions[];
	};
	const options = config.default.find(({ output }) => output && 'file' in output && output.file?.endsWith(fileName));
	if (!options?.output || Array.isArray(options.output)) throw new Error(`rollup.config.js does not build ${fileName}`);
	const build = await rollup({ ...options, onLog: () => {} });
	const { output } = await build.generate(options.output);
	await build.close();
	return { code: output[0].code, modules: Object.keys(output[0].modules) };
}

/**
 * The text of a bundle that the build wrote.
 *
 * @throws when it is older than its sources: `pnpm test` builds it, vitest alone does not
 */
export async function builtScript(
	fileName: 'footfall.js' | 'footfall-vitals.js' | 'footfall-datalayer.js',
): Promise<string> {
	const { bundles, isStale } = (await import(new URL('../../../../scripts/bundles.js', import.meta.url).href)) as {
		bundles: { folder: string }[];
		isStale(bundle: { folder: string }): boolean;
	};
	const tracker = bundles.find(({ folder }) => folder === 'packages/tracker');
	if (!tracker || isStale(tracker)) {
		throw new Error('packages/tracker/dist is older than its sources: run npx -y pnpm@10 build');
	}
	return readFileSync(new URL(`../../dist/${fileName}`, import.meta.url), 'utf8');
}
