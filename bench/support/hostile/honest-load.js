// The honest visitors of site `other`, in a separate process: pages on sockets and pages that close, from two
// addresses, and a reader of the marts. Argument: JSON with url, clickhouse, path (of all its pages), firstVisitor and
// warmUpSeconds, whose events are not counted. It runs until its standard input ends. Then it waits until all events
// are answered and in the marts, for at most half a minute, and prints the results.
import { setTimeout as wait } from 'node:timers/promises';
import { summaryOf } from '../latencies.js';
import { honestBatch, honestEvents } from './honest-batch.js';
import { HonestBeacon } from './honest-beacon.js';
import { HonestPage } from './honest-page.js';
import { fixedVisitors } from './honest-visitors.js';
import { MartLatency } from './mart-latency.js';

const { url, clickhouse, path, firstVisitor, warmUpSeconds } = JSON.parse(process.argv[2]);
const socketBatchesPerSecond = 50;
const beaconsPerSecond = 10;
const pageCount = 4;
const settleMsMax = 30_000;

const pages = Array.from({ length: pageCount }, () => new HonestPage({ url, address: '203.0.113.10' }));
const beacon = new HonestBeacon({ url, address: '203.0.113.20' });
const acknowledgements = [...pages, beacon].map((sender) => sender.acknowledgements);
const marts = new MartLatency(clickhouse);
const fixed = fixedVisitors(firstVisitor);
const sequences = new Map();
let rotating = firstVisitor + 1_000;

/** Returns batches alternately of a returning visitor and of a visitor who comes once. */
function nextBatch(turn) {
	const isFixed = turn % 2 === 0;
	const visitor = isFixed ? fixed[(turn / 2) % fixed.length] : rotating++;
	const sequence = sequences.get(visitor) ?? 0;
	if (isFixed) sequences.set(visitor, sequence + 1);
	return { kind: isFixed ? 'fixed' : 'rotating', batch: honestBatch({ visitor, stream: visitor, sequence, path }) };
}

const startMs = performance.now();
let turn = 0;
function send(sender) {
	const { kind, batch } = nextBatch(turn++);
	const isCounted = performance.now() - startMs > warmUpSeconds * 1_000;
	sender.acknowledgements.add(batch, honestEvents, isCounted);
	marts.sent(batch.visitor, honestEvents, kind, isCounted);
	sender.send(batch);
}

/** Calls a function at an average rate per second, however late the timer is. */
function atPace(perSecond, call) {
	let done = 0;
	return setInterval(() => {
		const due = Math.floor(((performance.now() - startMs) / 1_000) * perSecond);
		for (; done < due; done++) call(done);
	}, 10);
}

const stopWatching = new AbortController();
const watching = marts.watch(stopWatching.signal);
const timers = [
	atPace(socketBatchesPerSecond, (count) => send(pages[count % pageCount])),
	atPace(beaconsPerSecond, () => send(beacon)),
];
process.stdin.resume();
await new Promise((resolve) => process.stdin.once('end', resolve));
for (const timer of timers) clearInterval(timer);

const total = (of) => acknowledgements.reduce((sum, one) => sum + of(one), 0);
const unanswered = () => total((one) => one.pending().length);
const isSettled = () => marts.isAllSeen && unanswered() === 0;
const settleFromMs = performance.now();
while (!isSettled() && performance.now() - settleFromMs < settleMsMax) await wait(50);
const acks = summaryOf(pages.flatMap((page) => page.acknowledgements.latenciesMs()));
const beacons = summaryOf(beacon.acknowledgements.latenciesMs());
const fixedMarts = marts.latenciesMs('fixed');
const rotatingMarts = marts.latenciesMs('rotating');
const report = {
	ackP50Ms: acks.p50Ms,
	ackP99Ms: acks.p99Ms,
	ackMaxMs: acks.maxMs,
	beaconP50Ms: beacons.p50Ms,
	beaconP99Ms: beacons.p99Ms,
	beaconMaxMs: beacons.maxMs,
	martP50Ms: summaryOf(fixedMarts.latenciesMs).p50Ms,
	martP99Ms: summaryOf(fixedMarts.latenciesMs).p99Ms,
	martRotatingP50Ms: summaryOf(rotatingMarts.latenciesMs).p50Ms,
	martRotatingP99Ms: summaryOf(rotatingMarts.latenciesMs).p99Ms,
	martMissing: fixedMarts.unseen + rotatingMarts.unseen,
	acknowledged: total((one) => one.stored),
	retryLater: total((one) => one.retryLater),
	refused: total((one) => one.refused),
	unanswered: unanswered(),
};
stopWatching.abort();
await watching;
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
