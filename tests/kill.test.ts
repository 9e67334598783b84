import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { eventId } from '@footfall/protocol';
import { readServerAddress } from '@footfall/warehouse';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectToData } from './support/embedded-client.js';
import { eventually, type FootfallProcess, locksOf, processesOf, up } from './support/footfall-process.js';
import { PageClient } from './support/page-client.js';

const eventsPerBatch = 20;
const visitor = 11;
let data: string;
let footfall: FootfallProcess;

beforeEach(() => {
	data = mkdtempSync(join(tmpdir(), 'footfall-kill-'));
});
afterEach(async () => {
	if (footfall.process.exitCode === null && footfall.process.signalCode === null) await footfall.interrupt();
	await eventually(async () => (processesOf(data).length === 0 ? true : undefined));
	rmSync(data, { recursive: true, force: true });
});

/** Sends batches without a pause until told to stop. */
function keepSending(client: PageClient) {
	let sequence = 0;
	const timer = setInterval(() => client.send(sequence++, eventsPerBatch), 5);
	return { stop: () => clearInterval(timer) };
}

/** Ids of every event whose batch was acknowledged. */
function ackedIds(client: PageClient, stream: number): string[] {
	const stored = [...client.acks].filter(([, outcome]) => outcome === 'stored' || outcome === 'duplicate');
	return stored.flatMap(([sequence]) =>
		Array.from({ length: eventsPerBatch }, (_, index) => eventId(visitor, stream, sequence, index)),
	);
}

/** Raw and mart hold each id once, as soon as everything is delivered. */
async function expectExactlyOnce(ids: readonly string[]): Promise<void> {
	const warehouse = connectToData(data);
	try {
		const stored = await eventually(async () => {
			const rows = await warehouse
				.query<{ id: string }>('SELECT toString(event_id) AS id FROM events FINAL')
				.catch(() => []);
			const present = new Set(rows.map(({ id }) => id));
			return ids.every((id) => present.has(id)) ? rows : undefined;
		});
		expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
		await eventually(async () => {
			const [row] = await warehouse.query<{ n: string }>('SELECT sum(events) AS n FROM sessions');
			return Number(row?.n) === stored.length ? true : undefined;
		});
	} finally {
		await warehouse.close();
	}
}

describe('kill -9', () => {
	it('of the main process loses nothing acknowledged, takes ClickHouse along, and a restart delivers the rest', async () => {
		footfall = up(data);
		const client = await PageClient.connect(await footfall.collectorUrl(), visitor, 1);
		const sending = keepSending(client);
		await eventually(async () => (client.acks.size >= 100 ? true : undefined));
		await footfall.kill();
		sending.stop();
		client.close();
		const ids = ackedIds(client, 1);
		expect(ids.length).toBeGreaterThanOrEqual(100 * eventsPerBatch);
		// No pause: the old ClickHouse may still be on its way out, which the new one must bear.
		footfall = up(data);
		await footfall.collectorUrl();
		expect(processesOf(data)).toHaveLength(2);
		await expectExactlyOnce(ids);
	});

	it('of ClickHouse loses nothing: the collector goes on acknowledging, and delivers when it is back', async () => {
		footfall = up(data, ['--log-level', 'silent']);
		const client = await PageClient.connect(await footfall.collectorUrl(), visitor, 2);
		const sending = keepSending(client);
		for (let kills = 0; kills < 3; kills++) {
			await wait(700);
			const { pid } = await eventually(async () => readServerAddress(join(data, 'clickhouse')));
			const before = client.acks.size;
			process.kill(pid, 'SIGKILL');
			await eventually(async () => (client.acks.size > before + 20 ? true : undefined));
			await eventually(async () => {
				const address = readServerAddress(join(data, 'clickhouse'));
				return address && address.pid !== pid ? true : undefined;
			});
		}
		sending.stop();
		await wait(200);
		await expectExactlyOnce(ackedIds(client, 2));
		client.close();
	});

	it('is not needed: SIGINT ends every process and leaves no lock', async () => {
		footfall = up(data);
		await footfall.collectorUrl();
		expect(new Set(locksOf(data))).toEqual(
			new Set(['clickhouse/engine.lock', 'clickhouse/owner.lock', 'clickhouse/server.json', 'log/owner.lock']),
		);
		expect(await footfall.interrupt()).toBe(0);
		expect(footfall.stderr).toBe('');
		expect(processesOf(data)).toEqual([]);
		expect(locksOf(data)).toEqual([]);
	});

	it.each([0, 40, 120, 250, 400, 600, 900, 1300])(
		'nor half-way: SIGINT %i ms after the start leaves nothing either',
		async (ms) => {
			footfall = up(data);
			await wait(ms);
			const code = await footfall.interrupt();
			// Before Node has installed the handler the signal itself ends the process, which has started nothing yet.
			expect(['SIGINT', 0, 130]).toContain(code);
			expect(footfall.stderr).toBe('');
			expect(processesOf(data)).toEqual([]);
			expect(locksOf(data)).toEqual([]);
		},
	);
});
