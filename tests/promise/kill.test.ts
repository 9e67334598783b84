import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readServerAddress } from '@footfall/warehouse';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectExactlyOnce } from '../support/exactly-once.js';
import { eventually, type FootfallProcess, locksOf, processesOf, up } from '../support/footfall-process.js';
import { eventsPerBatch, PageClient } from '../support/page-client.js';

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

/** A short run of the tests interrupts fewer starts. */
const interruptedAfterMs =
	process.env.FOOTFALL_THOROUGH === '1' ? [0, 40, 120, 250, 400, 600, 900, 1300] : [0, 120, 400, 900];

describe('kill -9', () => {
	it('of the main process loses nothing acknowledged, takes ClickHouse along, and a restart delivers the rest', async () => {
		footfall = up(data);
		const client = await PageClient.connect(await footfall.collectorUrl(), visitor, 1);
		client.keepSending();
		await eventually(async () => (client.acks.size >= 100 ? true : undefined));
		await footfall.kill();
		client.close();
		const ids = client.ackedIds();
		expect(ids.length).toBeGreaterThanOrEqual(100 * eventsPerBatch);
		// No pause: the old ClickHouse may still be stopping, which the new one must tolerate.
		footfall = up(data);
		await footfall.collectorUrl();
		expect(processesOf(data)).toHaveLength(2);
		await expectExactlyOnce(data, ids);
	});

	it('of ClickHouse loses nothing: the collector continues to acknowledge, and delivers after the restart', async () => {
		footfall = up(data, ['--log-level', 'silent']);
		const client = await PageClient.connect(await footfall.collectorUrl(), visitor, 2);
		client.keepSending();
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
		client.stopSending();
		await wait(200);
		await expectExactlyOnce(data, client.ackedIds());
		client.close();
	});

	it('is not needed to stop Footfall: SIGINT ends every process and leaves no lock', async () => {
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

	it.each(interruptedAfterMs)('nor half-way: SIGINT %i ms after the start leaves nothing either', async (ms) => {
		footfall = up(data);
		await wait(ms);
		const code = await footfall.interrupt();
		// Before Node has installed its handler, the signal ends the process, which has started nothing yet.
		expect(['SIGINT', 0, 130]).toContain(code);
		expect(footfall.stderr).toBe('');
		expect(processesOf(data)).toEqual([]);
		expect(locksOf(data)).toEqual([]);
	});
});
