// Builds what is stale: the Node packages with TypeScript's own incremental build, the bundles of tracker and dashboard when a source is newer.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

/** Milliseconds since 1970 of the newest file under a folder or of one file; 0 when there is none. */
function newestChange(path) {
	const stat = statSync(path, { throwIfNoEntry: false });
	if (!stat) return 0;
	if (!stat.isDirectory()) return stat.mtimeMs;
	return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

function run(script, args, cwd) {
	const { status } = spawnSync(process.execPath, [script, ...args], { cwd, stdio: 'inherit' });
	if (status !== 0) process.exit(status ?? 1);
}

run(require.resolve('typescript/bin/tsc'), ['-b'], root);

/** What browsers load, bundled: the sources that it is made of, and the file that is written last. */
const bundles = [
	{
		folder: 'packages/tracker',
		config: 'rollup.config.js',
		sources: ['packages/tracker/src', 'packages/tracker/closure.js', 'packages/protocol/src'],
		bundle: 'dist/footfall.mjs',
	},
	{
		folder: 'packages/dashboard',
		config: 'web/rollup.config.js',
		sources: ['packages/dashboard/web/src', 'packages/dashboard/src/contract.ts', 'packages/dashboard/src/api'],
		bundle: 'dist/web/login.js',
	},
];

for (const { folder, config, sources, bundle } of bundles) {
	const builtAt = newestChange(join(root, folder, bundle));
	if (![...sources, join(folder, config)].some((source) => newestChange(join(root, source)) > builtAt)) continue;
	const rollup = join(dirname(require.resolve('rollup/package.json')), 'dist/bin/rollup');
	run(rollup, ['-c', config, '--silent'], join(root, folder));
}
