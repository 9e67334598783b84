// Checks the language of every file of the project: prints each fault with its place, and exits with 1 if there is any.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultsOf } from './language/faults.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
	cwd: root,
	encoding: 'utf8',
	maxBuffer: 64 * 1024 * 1024,
});
const read = /\.(?:md|ts|js|cjs|mjs|css|sql|ya?ml|sh|json|conf)$/;
const paths = stdout
	.split('\0')
	.filter((path) => read.test(path) && path !== 'pnpm-lock.yaml' && existsSync(join(root, path)));
if (paths.length === 0) throw new Error('git lists no files: run the check in a clone of the repository');
const faults = paths.flatMap((path) => faultsOf(path, readFileSync(join(root, path), 'utf8')));
for (const fault of faults) process.stdout.write(`${fault}\n`);
process.exit(faults.length === 0 ? 0 : 1);
