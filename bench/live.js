// Measures the processor time of an event in the simulated crowd that sends it, beside that in the collector that
// accepts, logs and delivers it to a real ClickHouse, in the same run: both processes with all their threads.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestWarehouse } from '@footfall/warehouse/testing';
import { runLoad, startServer } from './support/processes.js';

const seconds = 10;
const rounds = 3;
const crowds = [500, 5_000];
const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const test = await startTestWarehouse();
const address = { url: test.server.url, ...test.server.writer };

async function measure(shoppers, round) {
	const directory = join(scratch, `${shoppers}-${round}`);
	const server = await startServer('collector-server.js', { address, directory });
	const { publicUrl: url, adminUrl } = server;
	const crowd = await runLoad('live-load.js', { url, adminUrl, shoppers, seconds });
	await server.stop();
	rmSync(directory, { recursive: true, force: true });
	if (crowd.acked !== crowd.events) throw new Error(`${crowd.events - crowd.acked} events were not acknowledged`);
	return crowd;
}

const show = (what, value) => process.stdout.write(`${what.padEnd(34)}${value}\n`);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const report = {};
for (const shoppers of crowds) {
	const all = [];
	for (let round = 1; round <= rounds; round++) {
		const one = await measure(shoppers, round);
		all.push(one);
		show(
			`${shoppers} shoppers, round ${round}`,
			`an event: crowd ${one.crowdUs.toFixed(1)} µs, collector ${one.collectorUs.toFixed(1)} µs; ${Math.round(one.perSecond)}/s, ack p99 ${one.latencyMs.p99} ms`,
		);
	}
	report[`crowdShareOf${shoppers}`] = Number(median(all.map((one) => one.crowdUs / one.collectorUs)).toFixed(3));
	report[`eventsPerSecondOf${shoppers}`] = Math.round(median(all.map((one) => one.perSecond)));
}
await test.stop();
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
