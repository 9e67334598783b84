// Measures a collector through an outage of ClickHouse at a steady load: its memory during the outage, and how fast it
// catches up afterwards while the load continues. Argument: minutes of outage, 1 to 60, default 10. It takes at most
// these minutes, two more for the recovery, and the start and stop of ClickHouse.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, migrate, startEmbeddedServer } from '@footfall/warehouse';
import { metric, startLoad, startServer } from './support/processes.js';

const minutes = Number(process.argv[2] ?? 10);
if (!(minutes >= 1 && minutes <= 60)) {
	process.stderr.write('How long is the outage? Give 1 to 60 minutes.\n');
	process.exit(2);
}
const events = 50;
const liveEventsPerSecond = 20_000;
/** Maximum time for the recovery. */
const recoverySecondsMax = 120;
const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
const directory = join(scratch, 'clickhouse');
const beginMs = performance.now();
const say = (line) =>
	process.stdout.write(`${((performance.now() - beginMs) / 1_000).toFixed(0).padStart(5)} s  ${line}\n`);
say('starting ClickHouse, to create its tables');
let clickhouse = await startEmbeddedServer({ directory });
const address = { url: clickhouse.url, ...clickhouse.writer };
const warehouse = connect(address);
await migrate(warehouse);
await clickhouse.stop();

const collector = await startServer('collector-server.js', { address, directory: join(scratch, 'log') });
const memory = async () => (await metric(collector.adminUrl, 'process_resident_memory_bytes')) / 2 ** 20;
const queued = () => metric(collector.adminUrl, 'footfall_events_queued');
const perSecond = liveEventsPerSecond / events;
const outageSeconds = minutes * 60;
const load = { url: collector.publicUrl, connections: 8, events, window: 128, perSecond };
const live = startLoad('socket-load.js', { ...load, seconds: outageSeconds + recoverySecondsMax + 30 });
say(`ClickHouse is stopped for ${minutes} min; ${liveEventsPerSecond} events a second arrive`);

let memoryMaxMiB = 0;
const startMs = performance.now();
let nextLineMs = startMs + 15_000;
while (performance.now() - startMs < outageSeconds * 1_000) {
	memoryMaxMiB = Math.max(memoryMaxMiB, await memory());
	if (performance.now() >= nextLineMs) {
		say(`${await queued()} events wait; at most ${Math.round(memoryMaxMiB)} MiB`);
		nextLineMs += 15_000;
	}
	await new Promise((resolve) => setTimeout(resolve, 1_000));
}
const backlog = await queued();
say(`${backlog} events wait; starting ClickHouse again`);
clickhouse = await startEmbeddedServer({ directory, httpPort: Number(new URL(address.url).port) });
const recoveryMs = performance.now();
let recoveryMaxMiB = 0;
while ((await queued()) > 2 * liveEventsPerSecond) {
	if (performance.now() - recoveryMs > recoverySecondsMax * 1_000) {
		say(`the collector did not catch up within ${recoverySecondsMax} s; the report says how far it got`);
		break;
	}
	recoveryMaxMiB = Math.max(recoveryMaxMiB, await memory());
	await new Promise((resolve) => setTimeout(resolve, 250));
}
const recoverySeconds = (performance.now() - recoveryMs) / 1_000;
const left = await queued();
const delivered = backlog - left + recoverySeconds * liveEventsPerSecond;
say(`${left} events wait after ${recoverySeconds.toFixed(0)} s with ClickHouse`);
live.finish();
const { refused } = await live.result;
await collector.stop();
await warehouse.close();
await clickhouse.stop();
rmSync(scratch, { recursive: true, force: true });
const report = {
	outageMinutes: minutes,
	backlogEvents: backlog,
	refusedBatches: refused,
	outageMemoryMaxMiB: Math.round(memoryMaxMiB),
	recoveryMemoryMaxMiB: Math.round(recoveryMaxMiB),
	recoverySeconds: Number(recoverySeconds.toFixed(1)),
	recoveryRatio: Number((delivered / recoverySeconds / liveEventsPerSecond).toFixed(1)),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
