// Measures the effect of attackers of one site on honest visitors of another: all of `footfall up` runs, and the
// attacks run one after another. The same run first measures a quiet period as a baseline. `--only NAME` runs one
// attack (or several names separated by commas), `--seconds N` sets the length of each. The exit code is 0 for any
// measured result.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attacks } from './support/hostile/attacks.js';
import { missedGoals } from './support/hostile/goals.js';
import { measure } from './support/hostile/measurement.js';
import { watchProcesses } from './support/hostile/product-processes.js';
import { recovery } from './support/hostile/recovery.js';
import { settle } from './support/hostile/settle.js';
import { startStack } from './support/hostile/stack.js';
import { overviewOf, tableOf } from './support/hostile/table.js';

const { values } = parseArgs({
	args: process.argv.slice(2).filter((argument) => argument !== '--'),
	options: { only: { type: 'string' }, seconds: { type: 'string' } },
});
const wanted = values.only?.split(',') ?? Object.keys(attacks);
const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
const unknown = wanted.filter((name) => !Object.hasOwn(attacks, name));
function refuse(why) {
	process.stderr.write(`${why}\n`);
	process.exit(2);
}
if (unknown.length > 0) {
	refuse(`There is no attack ${unknown.join(', ')}. Give --only some of ${Object.keys(attacks).join(',')}.`);
}
if (seconds !== undefined && !(seconds >= 1 && seconds <= 600)) refuse('Give --seconds a number from 1 to 600.');
if (process.platform !== 'linux') refuse('This benchmark reads /proc, which Linux alone has. Run it on Linux.');
const attackSeconds = 15;
const quietSecondsMin = 10;

const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

let stacks = 0;
const startFresh = () => startStack(join(scratch, `data-${++stacks}`));

/** Gives the first of 100,000 visitor numbers that no other measurement of the run uses. */
let visitorRanges = 0;
const nextVisitor = () => 100_000_000 + 100_000 * ++visitorRanges;

async function measureAll() {
	let stack = await startFresh();
	if ((await recovery(stack, nextVisitor(), 60)) === undefined) throw new Error('no event reaches the marts');
	const one = async (attack, durationSeconds) => {
		const firstVisitor = nextVisitor();
		const path = `/of-${firstVisitor}`;
		const processes = watchProcesses(stack.pid);
		const measured = await measure(stack, processes, { attack, seconds: durationSeconds, path, firstVisitor });
		const after = { measured, path, visitor: nextVisitor() };
		const { stack: settled, ...afterwards } = await settle(stack, processes, after);
		stack = settled ?? (await startFresh());
		return { ...measured, ...afterwards };
	};
	const quiet = await one(undefined, Math.max(seconds ?? attackSeconds, quietSecondsMin));
	process.stdout.write(`${tableOf('quiet', 'no attack', quiet, quiet)}\n`);
	const report = { attacks: {}, quiet };
	for (const name of wanted) {
		const { what, seconds: ownSeconds = attackSeconds } = attacks[name];
		const measured = await one(name, seconds ?? ownSeconds);
		process.stdout.write(`${tableOf(name, what, measured, quiet)}\n`);
		report.attacks[name] = { ...measured, missed: missedGoals(measured, quiet) };
	}
	await stack.stop();
	return report;
}

const rounded = (_, value) => (typeof value === 'number' ? Number(value.toFixed(1)) : value);
const report = await measureAll();
process.stdout.write(`${overviewOf(report)}\n${JSON.stringify(report, rounded)}\n`);
process.exit(0);
