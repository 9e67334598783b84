// Builds what is stale: the Node packages with TypeScript's own incremental build, the bundles of tracker and dashboard when a source is newer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** Says nothing of what goes well. */
async function run(script, args, cwd) {
	const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
	const said = [];
	child.stdout.on('data', (chunk) => said.push(chunk));
	const [status] = await once(child, 'close');
	if (status === 0) return;
	process.stdout.write(Buffer.concat(said));
	process.exit(status ?? 1);
}

// The compiler of TypeScript 7, a quarter of the time; its tools still want the library of 6.
await run(join(require.resolve('typescript-7/package.json'), '../bin/tsc'), ['-b'], root);

/** What browsers load, bundled: the bundler, the sources, and the file that is written last. */
const bundles = [
	{
		folder: 'packages/tracker',
		bundler: join(require.resolve('rollup/package.json'), '../dist/bin/rollup'),
		args: ['-c', 'rollup.config.js', '--silent'],
		sources: [
			'packages/tracker/src',
			'packages/tracker/closure.js',
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

const isStale = ({ folder, args, sources, bundle }) => {
	const builtAt = newestChange(join(root, folder, bundle));
	return [...sources, join(folder, args[1])].some((source) => newestChange(join(root, source)) > builtAt);
};
await Promise.all(bundles.filter(isStale).map(({ folder, bundler, args }) => run(bundler, args, join(root, folder))));
