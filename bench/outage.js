// Measures a collector through an outage of ClickHouse at a steady load: its memory during the outage, and how fast it
// catches up afterwards while the load continues. Argument: minutes of outage, 1 to 60, default 10.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, migrate, startEmbeddedServer } from '@footfall/warehouse';
import { metric, runLoad, startServer } from './support/processes.js';

const minutes = Number(process.argv[2] ?? 10);
if (!(minutes >= 1 && minutes <= 60)) {
	process.stderr.write('How long is the outage? Give 1 to 60 minutes.\n');
	process.exit(2);
}
const events = 50;
const liveEventsPerSecond = 20_000;
const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
const directory = join(scratch, 'clickhouse');
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
const live = runLoad('socket-load.js', { ...load, seconds: outageSeconds + 120 });

let memoryMaxMiB = 0;
const startMs = performance.now();
while (performance.now() - startMs < outageSeconds * 1_000) {
	memoryMaxMiB = Math.max(memoryMaxMiB, await memory());
	await new Promise((resolve) => setTimeout(resolve, 1_000));
}
const backlog = await queued();
clickhouse = await startEmbeddedServer({ directory, httpPort: Number(new URL(address.url).port) });
const recoveryMs = performance.now();
let recoveryMaxMiB = 0;
while ((await queued()) > 2 * liveEventsPerSecond) {
	if (performance.now() - recoveryMs > 115_000) break;
	recoveryMaxMiB = Math.max(recoveryMaxMiB, await memory());
	await new Promise((resolve) => setTimeout(resolve, 250));
}
const recoverySeconds = (performance.now() - recoveryMs) / 1_000;
const left = await queued();
const delivered = backlog - left + recoverySeconds * liveEventsPerSecond;
const { refused } = await live;
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
