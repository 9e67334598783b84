// Builds what is stale: the Node packages with TypeScript's own incremental build, the tracker's bundle when a source is newer.
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

const tracker = join(root, 'packages/tracker');
const sources = ['packages/tracker/src', 'packages/tracker/rollup.config.js', 'packages/protocol/src'];
const bundleChange = newestChange(join(tracker, 'dist/footfall.js'));
if (sources.some((source) => newestChange(join(root, source)) > bundleChange)) {
	run(join(dirname(require.resolve('rollup/package.json')), 'dist/bin/rollup'), ['-c', '--silent'], tracker);
}
