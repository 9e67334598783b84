// The bundles that browsers load, and whether they are older than their sources.
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

/**
 * Each bundle: the folder that the bundler runs in, the bundler's script and arguments, the sources, and the file that
 * is written last. Sources are relative to the root of the repository, `bundle` to `folder`.
 */
export const bundles = [
	{
		folder: 'packages/tracker',
		bundler: join(require.resolve('rollup/package.json'), '../dist/bin/rollup'),
		args: ['-c', 'rollup.config.js', '--silent'],
		sources: [
			'packages/tracker/src',
			'packages/tracker/closure.js',
			'packages/tracker/declarations.js',
			'packages/protocol/declarations.js',
			'packages/tracker/minify.js',
			'packages/protocol/src',
		],
		bundle: 'dist/footfall.mjs',
	},
	{
		folder: 'packages/dashboard',
		bundler: join(require.resolve('rolldown/package.json'), '../bin/cli.mjs'),
		args: ['-c', 'web/rolldown.config.js'],
		sources: ['packages/dashboard/web/src', 'packages/dashboard/src/contract', 'packages/dashboard/src/api'],
		bundle: 'dist/web/login.js',
	},
];

/** Whether a source or the bundler's configuration is newer than the bundle, or the bundle is missing. */
export function isStale({ folder, args, sources, bundle }) {
	const builtAtMs = newestChangeMs(join(root, folder, bundle));
	return [...sources, join(folder, args[1])].some((source) => newestChangeMs(join(root, source)) > builtAtMs);
}

/** Modification time of a file, or of the newest file below a folder, in ms since 1970; 0 when there is none. */
function newestChangeMs(path) {
	const stat = statSync(path, { throwIfNoEntry: false });
	if (!stat) return 0;
	if (!stat.isDirectory()) return stat.mtimeMs;
	return Math.max(0, ...readdirSync(path).map((name) => newestChangeMs(join(path, name))));
}
