// Measures how fast batches become rows: a load on the sockets, a collector, and a real ClickHouse on the same machine,
// from the first batch sent to the last row that a query finds. The floor beside it: the same rows, as blocks built
// beforehand, inserted into the same ClickHouse one after another.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, migrate, startEmbeddedServer } from '@footfall/warehouse';
import { encodeClient } from '../packages/collector/dist/client.js';
import { buildBlock } from '../packages/collector/dist/deliver/block/event-block.js';
import { encodedBatch } from './support/frames.js';
import { metric, runLoad, startServer } from './support/processes.js';

const events = 50;
const batches = 80_000;
const rows = batches * events;
const rounds = 2;
const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
const clickhouse = await startEmbeddedServer({ directory: join(scratch, 'clickhouse') });
const address = { url: clickhouse.url, ...clickhouse.writer };
const warehouse = connect(address);
await migrate(warehouse);

async function count() {
	const [row] = await warehouse.query('SELECT count() AS n FROM events');
	return Number(row.n);
}

/** Number of active parts of the table: those that merges have left of the inserts. */
async function countParts() {
	const [row] = await warehouse.query('SELECT uniqExact(_part) AS n FROM events');
	return Number(row.n);
}

/** Rows per second from the first batch to the last row. */
async function throughCollector() {
	await warehouse.command('TRUNCATE TABLE events');
	const directory = join(scratch, `log-${Math.random()}`);
	const collector = await startServer('collector-server.js', { address, directory });
	const startMs = performance.now();
	const load = runLoad('socket-load.js', { url: collector.publicUrl, connections: 8, events, window: 128, batches });
	let partsMax = 0;
	const watch = setInterval(async () => {
		partsMax = Math.max(partsMax, await countParts());
	}, 1_000);
	while ((await count()) < rows) {
		if (performance.now() - startMs > 60_000) throw new Error(`only ${await count()} of ${rows} rows came in 60 s`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	const seconds = (performance.now() - startMs) / 1_000;
	clearInterval(watch);
	const { refused, elapsedSeconds } = await load;
	if (refused > 0) throw new Error(`${refused} batches were refused`);
	const inserts = await metric(collector.adminUrl, 'footfall_insert_seconds_count');
	const insertSeconds = await metric(collector.adminUrl, 'footfall_insert_seconds_sum');
	await collector.stop();
	return { perSecond: rows / seconds, seconds, acceptSeconds: elapsedSeconds, inserts, insertSeconds, partsMax };
}

/** Blocks of about the size of the collector's, with a new visitor for each batch. */
function readyBlocks() {
	const client = encodeClient({ browser: 'Chrome', os: 'Linux', device: 'desktop', isBot: false });
	const recordsPerBlock = 300_000 / events;
	const blocks = [];
	for (let first = 0; first < batches; first += recordsPerBlock) {
		const records = Array.from({ length: Math.min(recordsPerBlock, batches - first) }, (_, i) => {
			const frame = encodedBatch((first + i) % 512, first + i, events).bytes;
			return { receivedAtMs: Date.now(), events, client, frame };
		});
		const name = `ready-${randomBytes(8).toString('hex')}`;
		blocks.push({ ...buildBlock(records, name), name });
	}
	return blocks;
}

async function readyMade(blocks) {
	await warehouse.command('TRUNCATE TABLE events');
	const startMs = performance.now();
	for (const block of blocks) {
		await warehouse.insertNative('events', block.columns, block.chunks, { queryId: `${block.name}-${Math.random()}` });
	}
	const seconds = (performance.now() - startMs) / 1_000;
	if ((await count()) !== rows) throw new Error('rows are missing');
	return rows / seconds;
}

const show = (what, value) => process.stdout.write(`${what.padEnd(42)}${value}\n`);
const thousands = (value) => `${(value / 1_000).toFixed(0)} k/s`;
const best = { collector: 0, ready: 0 };
const blocks = readyBlocks();
const blockBytes = blocks.reduce(
	(sum, { chunks }) => sum + chunks.reduce((bytes, chunk) => bytes + chunk.length, 0),
	0,
);
show('rows, bytes of a row in a block', `${rows}   ${(blockBytes / rows).toFixed(0)}`);
for (let round = 1; round <= rounds; round++) {
	const ready = await readyMade(blocks);
	const { perSecond, ...spent } = await throughCollector();
	show(`round ${round}: ready-made blocks`, thousands(ready));
	show(`round ${round}: browser frame to raw table`, thousands(perSecond));
	const { seconds, acceptSeconds, inserts, insertSeconds, partsMax } = spent;
	show(
		'  in all, accepting, inserting',
		`${[seconds, acceptSeconds, insertSeconds].map((s) => s.toFixed(1)).join(' s   ')} s`,
	);
	show('  inserts, a second, most parts at a time', `${inserts}   ${(inserts / seconds).toFixed(2)}   ${partsMax}`);
	best.collector = Math.max(best.collector, perSecond);
	best.ready = Math.max(best.ready, ready);
}
await warehouse.close();
await clickhouse.stop();
rmSync(scratch, { recursive: true, force: true });
const report = {
	eventsPerSecond: Math.round(best.collector),
	nativeBlocksPerSecond: Math.round(best.ready),
	ratio: Number((best.collector / best.ready).toFixed(3)),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
