// All static checks. Every step runs, so that one call shows every fault.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);

const steps = [
	['build', process.execPath, ['scripts/build.js']],
	['types of tests', process.execPath, ['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.test.json']],
	['lint and format', bin('biome'), ['check', '--error-on-warnings']],
	['language of comments and docs', process.execPath, ['scripts/check-language.js']],
	['import directions', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'packages', 'demo-shop']],
	['unused code and dependencies', bin('knip'), []],
	['tracker in browsers of three years', process.execPath, ['scripts/check-tracker.js']],
	['tracker size', bin('size-limit'), []],
	['published packages', process.execPath, ['scripts/check-packages.js']],
];

let failed = 0;
for (const [name, command, args] of steps) {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
	process.stdout.write(`${status === 0 ? '✓' : '✗'} ${name}\n`);
	if (status !== 0 || name === 'tracker size') process.stdout.write(`${stdout}${stderr}`);
	if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
