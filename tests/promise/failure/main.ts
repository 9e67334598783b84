import { parseArgs } from 'node:util';
import { runScenario } from './scenario.js';
import { brokenPromises } from './verdict.js';

/**
 * The long form of the fault test: prints progress, ends with one line of JSON, and exits with 1 when the promise was
 * broken.
 */

const { values } = parseArgs({
	options: {
		seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
		collectors: { type: 'string', default: '3' },
		'collector-kills': { type: 'string', default: '100' },
		'clickhouse-kills': { type: 'string', default: '20' },
		'outage-seconds': { type: 'string', default: '120' },
		'events-per-second': { type: 'string', default: '6000' },
		'orders-per-second': { type: 'string', default: '10' },
		/** Without merges every row ever inserted can be counted; for runs of a few minutes, since parts accumulate. */
		'no-merges': { type: 'boolean', default: false },
	},
});
const startedAtMs = performance.now();
const say = (line: string) =>
	process.stdout.write(`${((performance.now() - startedAtMs) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);

/** Ends the run at a signal, so that its child processes do not outlive this process. */
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => interrupt.abort(new Error(`ended by ${signal}`)));
}

const seed = number('seed');
const merges = !values['no-merges'];
say(`seed ${seed}; --seed ${seed} draws the same faults again`);
const verdict = await runScenario({
	seed,
	collectors: number('collectors'),
	collectorKills: number('collector-kills'),
	clickhouseKills: number('clickhouse-kills'),
	outageSeconds: number('outage-seconds'),
	upMsMax: 8_000,
	eventsPerSecond: number('events-per-second'),
	ordersPerSecond: number('orders-per-second'),
	merges,
	drainSecondsMax: 600,
	say,
	signal: interrupt.signal,
});
const broken = brokenPromises(verdict, { merges });
for (const line of broken) say(`BROKEN: ${line}`);
process.stdout.write(`${JSON.stringify(verdict)}\n`);
process.exitCode = broken.length === 0 ? 0 : 1;

function number(name: Exclude<keyof typeof values, 'no-merges'>): number {
	const value = Number(values[name]);
	if (Number.isInteger(value) && value >= 0) return value;
	process.stderr.write(`--${name} takes a whole number, not ${values[name]}\n`);
	process.exit(2);
}
