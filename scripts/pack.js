// Packs the published packages, or those that are named, into a folder, as npm publishes them:
// node scripts/pack.js FOLDER [NAME…]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWorkspace } from './pack/manifest.js';
import { published } from './pack/published.js';
import { bytesOf, stage } from './pack/stage.js';

const [folder, ...names] = process.argv.slice(2);
const unknown = names.find((name) => !published.some((description) => description.name === name));
if (folder === undefined || unknown !== undefined) {
	const all = published.map(({ name }) => name).join(', ');
	process.stderr.write(
		folder === undefined
			? 'Give the folder for the packed files: node scripts/pack.js FOLDER [NAME…]\n'
			: `No package ${unknown} is published; name some of ${all}\n`,
	);
	process.exit(2);
}
const target = resolve(folder);
mkdirSync(target, { recursive: true });
const workspace = readWorkspace(join(dirname(fileURLToPath(import.meta.url)), '..'));
const staging = mkdtempSync(join(tmpdir(), 'footfall-pack-'));
let failed = false;
try {
	for (const description of published.filter(({ name }) => names.length === 0 || names.includes(name))) {
		const staged = await stage(workspace, description, staging);
		const bytes = bytesOf(staged);
		const { status, stdout, stderr } = spawnSync('npm', ['pack', '--json', '--pack-destination', target], {
			cwd: staged,
			encoding: 'utf8',
		});
		if (status !== 0) throw new Error(`npm pack of ${description.name} failed: ${stderr}`);
		const [{ filename, size }] = JSON.parse(stdout);
		const isTooLarge = bytes > description.unpackedBytesMax;
		failed ||= isTooLarge;
		process.stdout.write(
			`${join(target, filename)}: ${size} bytes packed, ${bytes} unpacked${isTooLarge ? `, more than ${description.unpackedBytesMax}` : ''}\n`,
		);
	}
} finally {
	rmSync(staging, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
