// Checks the packages that are published, as npm would pack them: their size, their manifests, and their types.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);
const folder = mkdtempSync(join(tmpdir(), 'footfall-check-packages-'));
let failed = false;

function run(command, args) {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
	if (status !== 0) process.stdout.write(`${stdout}${stderr}`);
	failed ||= status !== 0;
}

try {
	run(process.execPath, ['scripts/pack.js', folder]);
	for (const file of readdirSync(folder)) {
		run(bin('publint'), ['run', '--strict', join(folder, file)]);
		// The command is not imported. The modules are ESM only, which Node has required since version 20.19, too.
		if (!file.startsWith('footfall-cli-')) run(bin('attw'), ['--profile', 'esm-only', join(folder, file)]);
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
