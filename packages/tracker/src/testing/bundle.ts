import { type RollupOptions, rollup } from 'rollup';

export interface Bundle {
	code: string;
	/** Paths of the files in the bundle. */
	modules: string[];
}

/** Builds a file as `rollup -c` does, from the current sources, without writing it. */
export async function bundle(fileName: 'footfall.js' | 'footfall.mjs' | 'footfall-vitals.js'): Promise<Bundle> {
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
