// Plants one bug after another in the transforms and prints which ones are caught: by the property test of the recount,
// or by the test that the bug names. Ends with one line of JSON; exits with 1 when a bug survived. Takes about half a
// minute for each bug; files are restored, also after Ctrl-C.
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

let restore = () => {};
/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
process.on('exit', () => {
	running?.kill();
	restore();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

for (const { name, file, from, to, test = 'packages/transforms/src/recount.test.ts' } of chosen) {
	const path = join(root, 'packages/transforms', file);
	const text = readFileSync(path, 'utf8');
	if (text.split(from).length !== 2) throw new Error(`${name}: "${from}" must stand once in ${file}`);
	restore = () => writeFileSync(path, text);
	writeFileSync(
		path,
		text.replace(from, () => to),
	);
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
	restore();
	restore = () => {};
	if (status === 0) survivors.push(name);
	process.stdout.write(`${status === 0 ? '✗ survived' : '✓ caught'}  ${name}\n`);
}
process.stdout.write(
	`${JSON.stringify({ bugs: chosen.length, caught: chosen.length - survivors.length, survivors })}\n`,
);
process.exitCode = survivors.length === 0 ? 0 : 1;
