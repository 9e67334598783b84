// Checks the packages that are published, as npm would pack them: their size, content, manifests and types.
// node scripts/check-packages.js [FOLDER]: checks the packed files of a folder, else packs them first.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentFaults } from './pack/contents.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);
const [given] = process.argv.slice(2);
const folder = given === undefined ? mkdtempSync(join(tmpdir(), 'footfall-check-packages-')) : resolve(given);
let failed = false;

/** Runs a command, and prints its output if it fails. @returns its standard output */
function run(command, args) {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
	if (status !== 0) process.stdout.write(`${stdout}${stderr}`);
	failed ||= status !== 0;
	return stdout;
}

/** The paths in a packed file, from the root of its package. */
const filesOf = (tarball) =>
	run('tar', ['tzf', tarball])
		.split('\n')
		.filter((line) => line !== '' && !line.endsWith('/'))
		.map((line) => line.slice(line.indexOf('/') + 1));

try {
	if (given === undefined) run(process.execPath, ['scripts/pack.js', folder]);
	const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
	failed ||= tarballs.length === 0;
	for (const file of tarballs) {
		const tarball = join(folder, file);
		for (const fault of contentFaults(filesOf(tarball))) {
			process.stdout.write(`${file}: ${fault}\n`);
			failed = true;
		}
		run(bin('publint'), ['run', '--strict', tarball]);
		// The command is not imported. The modules are ESM only, which Node has required since version 20.19, too.
		if (!file.startsWith('footfall-cli-')) run(bin('attw'), ['--profile', 'esm-only', tarball]);
	}
} finally {
	if (given === undefined) rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
