// Builds what is stale: the Node packages by TypeScript's incremental build, and each bundle that is older than its
// sources. Then it writes from which commit the packages were built.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inlineOrderFields } from '../packages/protocol/declarations.js';
import { bundles, isStale } from './bundles.js';
import { commitOf } from './commit.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

/** Runs a Node script and prints its output only when it fails; then this process exits with its code. */
async function run(script, args, cwd) {
	const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
	const output = [];
	child.stdout.on('data', (chunk) => output.push(chunk));
	const [status] = await once(child, 'close');
	if (status === 0) return;
	process.stdout.write(Buffer.concat(output));
	process.exit(status ?? 1);
}

// The compiler of TypeScript 7 takes a quarter of the time; other tools still need the library of TypeScript 6.
await run(join(require.resolve('typescript-7/package.json'), '../bin/tsc'), ['-b'], root);

// The package has no dependency, and the one file of it that takes types of another package gets them.
inlineOrderFields(join(root, 'packages/node/dist/options.d.ts'));

// The file from which `footfall --version`, /livez and the metrics know the commit. Published packages contain it.
writeFileSync(join(root, 'packages/host/dist/build.json'), `${JSON.stringify({ commit: commitOf(root) })}\n`);

await Promise.all(bundles.filter(isStale).map(({ folder, bundler, args }) => run(bundler, args, join(root, folder))));
