// Measures how fast a collector accepts and acknowledges batches, all durable before their acks, beside a
// uWebSockets.js handler that does nothing with the same frames in the same run. No ClickHouse answers, so nothing is
// delivered; bench/pipeline.js measures delivery. With --http-engine node, the collector serves HTTP with Node itself,
// and a collector with uWebSockets.js is measured beside it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { metric, quantile, runLoad, startServer } from './support/processes.js';

const { values: options } = parseArgs({ options: { 'http-engine': { type: 'string', default: 'uws' } } });
const httpEngine = options['http-engine'];
const seconds = 6;
const rounds = 3;
const fullLoad = { connections: 8, events: 50, window: 256, seconds };
const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** Starts a new collector for every measurement, so that none finds the WAL of another. */
async function withCollector(name, measure, engine = httpEngine) {
	const nobody = { url: 'http://127.0.0.1:9', username: 'default', password: '', database: 'footfall' };
	const directory = join(scratch, `${name}-${Math.random()}`);
	const server = await startServer('collector-server.js', { address: nobody, directory, httpEngine: engine });
	const spentBefore = await metric(server.adminUrl, 'process_cpu_seconds_total');
	const result = await measure(server.publicUrl, server.adminUrl);
	const processorSeconds = (await metric(server.adminUrl, 'process_cpu_seconds_total')) - spentBefore;
	await server.stop();
	rmSync(directory, { recursive: true, force: true });
	return { ...result, processorSeconds };
}

async function withEmptyServer(measure) {
	const server = await startServer('empty-server.js');
	const result = await measure(server.publicUrl);
	await server.stop();
	return result;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const socketLoad = (options) => (url) => runLoad('socket-load.js', { ...options, url });
const show = (what, value) => process.stdout.write(`${what.padEnd(46)}${value}\n`);
/** Processor time of the collector for each batch of a load that lasts `seconds`, s. */
const costOf = ({ processorSeconds, batchesPerSecond }) => processorSeconds / (batchesPerSecond * seconds);
const thousands = (value) => `${(value / 1_000).toFixed(1)} k/s`;

const accepts = [];
const empties = [];
const acceptsOnUws = [];
/** Processor time of a batch of 50 events, as a ratio to that of uWebSockets.js. */
const acceptCosts = [];
for (let round = 0; round < rounds; round++) {
	const empty = await withEmptyServer(socketLoad(fullLoad));
	const accept = await withCollector('accept', socketLoad(fullLoad));
	if (accept.refused > 0) throw new Error(`${accept.refused} batches were refused`);
	empties.push(empty.batchesPerSecond * fullLoad.events);
	accepts.push(accept.batchesPerSecond * fullLoad.events);
	show(
		`events in frames of 50, round ${round + 1}`,
		`${thousands(accepts.at(-1))}   empty handler ${thousands(empties.at(-1))}`,
	);
	if (httpEngine === 'uws') continue;
	const onUws = await withCollector('accept', socketLoad(fullLoad), 'uws');
	acceptsOnUws.push(onUws.batchesPerSecond * fullLoad.events);
	acceptCosts.push(costOf(accept) / costOf(onUws));
	show('  with uWebSockets.js', `${thousands(acceptsOnUws.at(-1))}   processor ${acceptCosts.at(-1).toFixed(2)}`);
}
const acceptEventsPerSecond = median(accepts);
const emptyHandlerEventsPerSecond = median(empties);

/** Half of the minimum rate that a collector must sustain on two cores. */
const calmEventsPerSecond = 250_000;
const millionEventsPerSecond = 1_000_000;
/** Share of the offered rate below which the measurement counts as one of a lower rate. */
const reachedShare = 0.98;

/** The acknowledgements at a steady rate, each measurement with an empty WAL. */
async function acksAt(rate) {
	const paced = await withCollector('paced', async (url, adminUrl) => {
		const acks = await socketLoad({ ...fullLoad, perSecond: rate / fullLoad.events })(url);
		return { ...acks, fsyncP99Seconds: await quantile(adminUrl, 'footfall_wal_fsync_seconds', 0.99) };
	});
	show(`ack at ${thousands(rate)}, p50 and p99`, `${paced.p50Ms.toFixed(1)} ms   ${paced.p99Ms.toFixed(1)} ms`);
	show('  of it the disk: p99 of one synced write', `at most ${(paced.fsyncP99Seconds * 1_000).toFixed(1)} ms`);
	const reached = Math.min(paced.sentPerSecond, paced.batchesPerSecond) * fullLoad.events;
	if (reached < rate * reachedShare)
		show('  this machine could not reach that rate', `${thousands(reached)} acknowledged, ${paced.refused} refused`);
	return { p99Ms: paced.p99Ms, reached };
}

const { p99Ms: ackP99Ms } = await acksAt(calmEventsPerSecond);
const millions = [];
for (let round = 0; round < rounds; round++) millions.push(await acksAt(millionEventsPerSecond));
const ackP99AtMillionMs = median(millions.map(({ p99Ms }) => p99Ms));
const reachedAtMillionPerSecond = median(millions.map(({ reached }) => reached));

const jsonLoad = (url) => runLoad('json-load.js', { url, connections: 256, seconds });
const json = await withCollector('json', jsonLoad);
if (json.refused > 0) throw new Error(`${json.refused} JSON events were refused`);
show('JSON, one event a request, 256 connections', thousands(json.perSecond));

const singles32 = { connections: 32, events: 1, window: 64, seconds };
const singleLoad = socketLoad(singles32);
const singles = await withCollector('singles', singleLoad);
show('frames of one event', thousands(singles.batchesPerSecond));

/** Rounds of the comparison, each with both engines one after the other, so that a busy machine slows both. */
const comparedRounds = 3;

/**
 * The collector beside one with uWebSockets.js in the same run, for a run with another engine: the ratio of the
 * throughputs, and of the processor time of one request, which other programs on the machine affect less.
 */
async function besideUws() {
	if (httpEngine === 'uws') return {};
	const loads = {
		frames: [singleLoad, ({ batchesPerSecond }) => batchesPerSecond],
		compressedFrames: [socketLoad({ ...singles32, isCompressed: true }), ({ batchesPerSecond }) => batchesPerSecond],
		json: [jsonLoad, ({ perSecond }) => perSecond],
	};
	const ratios = {
		accept: accepts.map((accept, round) => accept / acceptsOnUws[round]),
		acceptProcessor: acceptCosts,
	};
	for (const [name, [load, rateOf]] of Object.entries(loads)) {
		const rates = [];
		const costs = [];
		for (let round = 0; round < comparedRounds; round++) {
			const own = await withCollector(name, load);
			const uws = await withCollector(name, load, 'uws');
			rates.push(rateOf(own) / rateOf(uws));
			costs.push(own.processorSeconds / rateOf(own) / (uws.processorSeconds / rateOf(uws)));
		}
		ratios[name] = rates;
		ratios[`${name}Processor`] = costs;
	}
	const medians = Object.entries(ratios).map(([name, values]) => [
		`${name}RatioToUws`,
		Number(median(values).toFixed(2)),
	]);
	for (const [name, value] of medians) show(name, value);
	return Object.fromEntries(medians);
}
const ratiosToUws = await besideUws();

/** Processor time of the collector for a batch of one page view, the most common batch of pages. */
const pages = { connections: 64, events: 1, window: 64, seconds, perSecond: 20_000 };
const microsecondsOf = async (isCompressed) => {
	const { processorSeconds, sent } = await withCollector('processor', socketLoad({ ...pages, isCompressed }));
	return (processorSeconds / sent) * 1e6;
};
const plains = [];
const compresseds = [];
for (let round = 0; round < rounds; round++) {
	plains.push(await microsecondsOf(false));
	compresseds.push(await microsecondsOf(true));
}
const frameMicros = median(plains);
const compressedFrameMicros = median(compresseds);
show(
	'processor for a frame, plain and compressed',
	`${frameMicros.toFixed(1)} us   ${compressedFrameMicros.toFixed(1)} us`,
);

const report = {
	httpEngine,
	acceptEventsPerSecond: Math.round(acceptEventsPerSecond),
	emptyHandlerEventsPerSecond: Math.round(emptyHandlerEventsPerSecond),
	acceptRatio: Number((acceptEventsPerSecond / emptyHandlerEventsPerSecond).toFixed(3)),
	ackP99Ms: Number(ackP99Ms.toFixed(1)),
	ackP99AtMillionMs: Number(ackP99AtMillionMs.toFixed(1)),
	reachedAtMillionPerSecond: Math.round(reachedAtMillionPerSecond),
	jsonSinglesPerSecond: Math.round(json.perSecond),
	singleFramesPerSecond: Math.round(singles.batchesPerSecond),
	frameMicros: Number(frameMicros.toFixed(1)),
	compressedFrameMicros: Number(compressedFrameMicros.toFixed(1)),
	...ratiosToUws,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
