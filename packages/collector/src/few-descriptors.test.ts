import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CollectorProcess, startCollectorProcess } from './testing/collector-process.js';
import { frame } from './testing/frames.js';
import { walFiles } from './testing/wal-files.js';

const sockets: Socket[] = [];
let clickhouse: TestWarehouse;
let walDirectory: string;
let collector: CollectorProcess | undefined;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	walDirectory = mkdtempSync(join(tmpdir(), 'footfall-descriptors-'));
});

afterAll(async () => {
	for (const socket of sockets) socket.destroy();
	await collector?.kill('SIGKILL');
	rmSync(walDirectory, { recursive: true, force: true });
	await clickhouse.stop();
});

/** Sends until the collector takes it, as pages do: a collector with too many connections ends further ones. */
async function send(options: Parameters<typeof frame>[0]): Promise<void> {
	const body = frame(options);
	for (;;) {
		const answer = await fetch(`${collector?.publicUrl}/v1/batch`, { method: 'POST', body }).catch(() => undefined);
		if (answer?.ok === true) return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

it.runIf(process.platform === 'linux')(
	'every acknowledged event is stored although descriptors are short',
	async () => {
		const { url, writer } = clickhouse.server;
		const options = { walDirectory, sealAfterMs: 50, deliveryBackoffFirstMs: 20, deliveryBackoffMaxMs: 200 };
		collector = await startCollectorProcess({ url, ...writer }, options, { openFilesMax: 128 });
		const { adminUrl, publicUrl } = collector;
		await send({ stream: 1, events: 5 });
		for (let n = 0; n < 800; n++) {
			sockets.push(connect(Number(new URL(publicUrl).port), '127.0.0.1').on('error', () => undefined));
		}
		const ready = await fetch(`${adminUrl}/readyz`);
		expect([ready.status, await ready.json()]).toEqual([200, { ready: true }]);
		await send({ stream: 2, events: 3 });
		await collector.drain();
		const [row] = await clickhouse.warehouse.query('SELECT count() AS rows, uniqExact(event_id) AS ids FROM events');
		expect(row).toEqual({ rows: '8', ids: '8' });
		expect(walFiles(walDirectory)).toEqual([]);
	},
);
