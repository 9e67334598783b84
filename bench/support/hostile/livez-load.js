// Requests /livez on the admin port every 20 ms, whether or not the previous request was answered. Argument: JSON with
// adminUrl and warmUpSeconds, whose answers are not counted. It runs until its standard input ends, then prints the
// results as one JSON object.
import { Agent, get } from 'node:http';
import { summaryOf } from '../latencies.js';

const { adminUrl, warmUpSeconds } = JSON.parse(process.argv[2]);
const everyMs = 20;
const answerMsMax = 30_000;
const agent = new Agent({ keepAlive: true });
const startMs = performance.now();
const waiting = new Set();
const latenciesMs = [];
let failed = 0;

function ask() {
	const asked = { atMs: performance.now() };
	const isCounted = asked.atMs - startMs > warmUpSeconds * 1_000;
	if (isCounted) waiting.add(asked);
	const done = () => {
		if (waiting.delete(asked)) latenciesMs.push(performance.now() - asked.atMs);
	};
	const request = get(`${adminUrl}/livez`, { agent, timeout: answerMsMax }, (response) => {
		response.resume();
		response.once('end', done);
	});
	request.on('timeout', () => request.destroy());
	// A refused connection is not an answer: it must not lower the latencies, and is counted separately.
	request.on('error', () => {
		if (waiting.delete(asked)) failed++;
	});
}

const timer = setInterval(ask, everyMs);
process.stdin.resume();
process.stdin.once('end', () => {
	clearInterval(timer);
	const waited = [...waiting].map(({ atMs }) => performance.now() - atMs);
	const { p99Ms, maxMs } = summaryOf([...latenciesMs, ...waited]);
	const report = { livezP99Ms: p99Ms, livezMaxMs: maxMs, livezFailed: failed };
	process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
});
