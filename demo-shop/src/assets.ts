import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';

export interface Asset {
	readonly type: string;
	readonly body: Buffer;
}

const types: Readonly<Record<string, string>> = {
	'.css': 'text/css; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.svg': 'image/svg+xml',
};

/** The folder `pages`, which is at the same place relative to `src` and `dist`. */
const folder = new URL('../pages/', import.meta.url);

/** Reads the scripts, the style sheet and the icon of the pages into memory. No other file is served. */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
	const assets = new Map<string, Asset>();
	for (const name of await readdir(folder)) {
		const type = types[extname(name)];
		if (type) assets.set(`/assets/${name}`, { type, body: await readFile(new URL(name, folder)) });
	}
	return assets;
}
