// Plants one bug after another in the transforms and prints which ones are caught: by the property test of the recount,
// or by the test that the bug names. Each test must pass without a bug first: one that fails anyway catches nothing.
// Ends with one line of JSON; exits with 1 when a bug survived. Takes about half a minute for each bug and each test;
// files are restored, also after Ctrl-C.
//
//     --histories N   random histories in which a bug must be caught, default 40
//     --seed N        generates the same histories again, default 1
//     --only TEXT     only bugs whose name contains TEXT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bugs } from './mutate/transforms-bugs.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
	// pnpm passes on the `--` that may precede the options.
	args: process.argv.slice(2).filter((argument) => argument !== '--'),
	options: {
		histories: { type: 'string', default: '40' },
		seed: { type: 'string', default: '1' },
		only: { type: 'string', default: '' },
	},
});
const chosen = bugs.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) {
	process.stderr.write(`--only: no planted bug has "${values.only}" in its name; scripts/mutate/ has all names\n`);
	process.exit(2);
}
const survivors = [];
const testOf = ({ test = 'packages/transforms/src/recount.test.ts' }) => test;

let restore = () => {};
/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
process.on('exit', () => {
	running?.kill();
	restore();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/** Whether a test passes. */
async function passes(test) {
	// Not spawnSync, which would delay a signal until all bugs are done.
	running = spawn(join(root, 'node_modules/.bin/vitest'), ['run', test], {
		cwd: root,
		stdio: 'ignore',
		env: {
			...process.env,
			FOOTFALL_PROPERTY_RUNS: values.histories,
			FOOTFALL_PROPERTY_SEED: values.seed,
			// A named test may run only with it.
			FOOTFALL_THOROUGH: '1',
		},
	});
	const [status] = await once(running, 'exit');
	return status === 0;
}

for (const test of new Set(chosen.map(testOf))) {
	if (await passes(test)) continue;
	process.stderr.write(`${test} fails without a planted bug, so that it shows nothing: make it pass first\n`);
	process.exit(2);
}
for (const bug of chosen) {
	const { name, file, from, to } = bug;
	const path = join(root, 'packages/transforms', file);
	const text = readFileSync(path, 'utf8');
	if (text.split(from).length !== 2) throw new Error(`${name}: "${from}" must stand once in ${file}`);
	restore = () => writeFileSync(path, text);
	writeFileSync(
		path,
		text.replace(from, () => to),
	);
	const isCaught = !(await passes(testOf(bug)));
	restore();
	restore = () => {};
	if (!isCaught) survivors.push(name);
	process.stdout.write(`${isCaught ? '✓ caught' : '✗ survived'}  ${name}\n`);
}
process.stdout.write(
	`${JSON.stringify({ bugs: chosen.length, caught: chosen.length - survivors.length, survivors })}\n`,
);
process.exitCode = survivors.length === 0 ? 0 : 1;
