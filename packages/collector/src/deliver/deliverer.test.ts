import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { eventId, type WireEvent } from '@footfall/protocol';
import { connect, type Warehouse, WarehouseError } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { diskError, type Faults, faultyFileSystem } from '../testing/disk/faulty-file-system.js';
import { frame } from '../testing/frames.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';

let clickhouse: TestWarehouse;
let collector: TestCollector;
let inserts: number;
/** What happens to each insert in turn; beyond the list they work. */
let queriesFail: boolean;
let fates: ('cut before' | 'cut after' | 'request cut' | 'refused' | undefined)[];
/** Bytes of the first column of each insert's block, which are none once its memory is given back. */
let blocks: Uint8Array[];

/** The real warehouse behind a line that fails as told. */
function failingLine(): Warehouse {
	const real = clickhouse.warehouse;
	const cut = new WarehouseError('socket hang up', 'unknown');
	return {
		...real,
		query: (...query) => (queriesFail ? Promise.reject(cut) : real.query(...query)),
		async insertNative(...insert) {
			inserts++;
			blocks.push([insert[2]].flat()[1] as Uint8Array);
			const fate = fates.shift();
			if (fate === 'cut before') throw cut;
			if (fate === 'request cut') throw new WarehouseError('Cannot read all data', 'refused', 33);
			if (fate === 'refused') throw new WarehouseError('memory limit exceeded', 'refused', 241);
			await real.insertNative(...insert);
			if (fate === 'cut after') throw cut;
		},
	};
}

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});

afterAll(() => clickhouse.stop());

beforeEach(async () => {
	inserts = 0;
	blocks = [];
	fates = [];
	queriesFail = false;
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
	await clickhouse.warehouse.command('TRUNCATE TABLE events_quarantine');
});

afterEach(() => collector.remove());

const send = (options: Parameters<typeof frame>[0]) =>
	fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: frame(options) }).then((reply) => reply.json());

const count = async (what = 'count()') => {
	const [row] = await clickhouse.warehouse.query<{ n: string }>(`SELECT ${what} AS n FROM events`);
	return Number(row?.n);
};

const files = () => readdirSync(collector.directory).filter((name) => !name.endsWith('.lock'));

const connections = (server: Server) =>
	new Promise<number>((resolve) => server.getConnections((_, open) => resolve(open)));

describe('delivery', () => {
	it('gives the memory of a block back once it is stored, but not while a request that was cut may still send it', async () => {
		fates = [undefined, 'request cut'];
		collector = await startTestCollector(failingLine());
		for (const sequence of [0, 1]) {
			await send({ sequence, events: 3 });
			await collector.drained();
		}
		expect(inserts).toBe(3);
		expect(await count()).toBe(6);
		expect(blocks.map(({ byteLength }) => byteLength > 0)).toEqual([false, true, true]);
	});

	it('does not insert again what a cut connection hides', async () => {
		fates = ['cut after'];
		collector = await startTestCollector(failingLine());
		await send({ events: 5 });
		await collector.drained();
		expect([inserts, await count()]).toEqual([1, 5]);
		expect(await collector.metric('footfall_delivery_errors_total{outcome="unknown"}')).toBe(1);
		expect(files()).toEqual([]);
	});

	it('inserts again what did not arrive, until it does', async () => {
		fates = ['cut before', 'refused', 'refused', 'cut before', 'cut after'];
		collector = await startTestCollector(failingLine());
		await send({ events: 5 });
		await collector.drained();
		expect([inserts, await count()]).toEqual([5, 5]);
		expect(await collector.metric('footfall_events_stored_total')).toBe(5);
		expect(await collector.metric('footfall_delivery_errors_total{outcome="refused"}')).toBe(2);
	});

	it('goes on when nobody ever answers: neither an insert nor the look-ups after it', async () => {
		const silence = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
		await once(silence, 'listening');
		const nobody = connect({ url: `http://127.0.0.1:${(silence.address() as AddressInfo).port}` });
		const line = failingLine();
		const unanswered = { insertNative: true, killQuery: true, query: true };
		/** The first call of each goes to nobody. */
		const lineOf = (method: keyof typeof unanswered) => {
			const isFirst = unanswered[method];
			unanswered[method] = false;
			return isFirst ? nobody : line;
		};
		collector = await startTestCollector(
			{
				...line,
				insertNative: (...insert) => lineOf('insertNative').insertNative(...insert),
				killQuery: (...kill) => lineOf('killQuery').killQuery(...kill),
				query: (...query) => lineOf('query').query(...query),
			},
			{ insertMsMax: 100 },
		);
		await send({ events: 5 });
		await collector.drained();
		expect([unanswered, await count()]).toEqual([{ insertNative: false, killQuery: false, query: false }, 5]);
		// Given up for good: they would hold the few connections that there are.
		while ((await connections(silence)) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
		await nobody.close();
		silence.close();
	});

	it('of what an earlier process had delivered looks before it inserts', async () => {
		fates = ['cut after'];
		queriesFail = true;
		collector = await startTestCollector(failingLine());
		const { directory } = collector;
		await send({ events: 5 });
		while (inserts === 0) await new Promise((resolve) => setTimeout(resolve, 10));
		await collector.stop();
		queriesFail = false;
		collector = await startTestCollector(failingLine(), { logDirectory: directory });
		expect(await collector.metric('footfall_events_recovered_total')).toBe(5);
		await collector.drained();
		expect([inserts, await count(), files()]).toEqual([1, 5, []]);
	});

	/** The real ClickHouse refusing rows by their name. */
	async function whileRefusing(names: string, run: () => Promise<void>): Promise<void> {
		await clickhouse.warehouse.command(`ALTER TABLE events ADD CONSTRAINT no_poison CHECK name NOT IN (${names})`);
		await run().finally(() => clickhouse.warehouse.command('ALTER TABLE events DROP CONSTRAINT no_poison'));
	}

	const quarantine = () =>
		clickhouse.warehouse.query<Record<string, string>>(
			'SELECT name, event_id, url, browser, segment, reason FROM events_quarantine FINAL ORDER BY name',
		);

	it('stores the rows that ClickHouse takes and quarantines those that it refuses, with the reason', async () => {
		await whileRefusing("'poison', 'venom'", async () => {
			collector = await startTestCollector(failingLine(), { sealAfterMs: 500 });
			const names = Array.from({ length: 40 }, (_, i) => (i === 7 ? 'poison' : i === 39 ? 'venom' : 'view'));
			await send({ stream: 1, events: names.map((name): WireEvent => [0, 0, name]) });
			await send({ stream: 2, events: 4 });
			await collector.drained();
			expect(await count()).toBe(42);
			expect(await count('uniqExact(event_id)')).toBe(42);
			const rows = await quarantine();
			expect(rows).toMatchObject([
				{ name: 'poison', event_id: eventId(7, 1, 0, 7), reason: expect.stringMatching(/no_poison/) },
				{ name: 'venom', event_id: eventId(7, 1, 0, 39), reason: expect.stringMatching(/no_poison/) },
			]);
			expect(files()).toEqual([]);
			expect(await collector.metric('footfall_events_accepted_total')).toBe(44);
			expect(await collector.metric('footfall_events_stored_total')).toBe(42);
			expect(await collector.metric('footfall_events_quarantined_total')).toBe(2);
			expect(await collector.metric('footfall_events_queued')).toBe(0);
		});
	});

	it('goes on where it was when it is interrupted between the good rows and the bad', async () => {
		await whileRefusing("'poison'", async () => {
			const names = Array.from({ length: 16 }, (_, i) => (i === 5 ? 'poison' : 'view'));
			// Three refusals, then halves: the fifth insert's answer is lost.
			fates = [undefined, undefined, undefined, undefined, 'cut after', 'cut before'];
			collector = await startTestCollector(failingLine());
			await send({ stream: 3, events: names.map((name): WireEvent => [0, 0, name]) });
			await collector.drained();
			expect([await count(), await count('uniqExact(event_id)')]).toEqual([15, 15]);
			expect((await quarantine()).length).toBe(1);
		});
	});

	it('does not insert as a whole what an earlier process has stored in ranges', async () => {
		const names = Array.from({ length: 8 }, (_, i) => (i === 0 ? 'poison' : 'view'));
		let directory = '';
		await whileRefusing("'poison'", async () => {
			// All rows, refused; the second half, stored; the first half, refused; then the line stays cut.
			fates = [undefined, undefined, undefined, ...Array.from({ length: 1_000 }, () => 'cut before' as const)];
			collector = await startTestCollector(failingLine(), { refusalsMax: 1 });
			({ directory } = collector);
			await send({ stream: 4, events: names.map((name): WireEvent => [0, 0, name]) });
			while (inserts < 5) await new Promise((resolve) => setTimeout(resolve, 10));
			await collector.stop();
			expect(await count()).toBe(4);
			fates = [];
		});
		collector = await startTestCollector(failingLine(), { logDirectory: directory });
		await collector.drained();
		expect([await count(), await count('uniqExact(event_id)')]).toEqual([8, 8]);
	});

	it('sets the file aside when too many rows are refused, and goes on with the next', async () => {
		await whileRefusing("'poison'", async () => {
			collector = await startTestCollector(failingLine(), { refusalsMax: 1, quarantinedMax: 2 });
			await send({ stream: 1, events: Array.from({ length: 5 }, (): WireEvent => [0, 0, 'poison']) });
			while ((await collector.metric('footfall_events_quarantined_total')) === 0) {}
			await send({ stream: 2, events: 4 });
			await collector.drained();
			expect(await count()).toBe(4);
			expect(files()).toEqual([expect.stringMatching(/\.poison$/)]);
			expect(collector.messages).toContain('this segment cannot be delivered; it is set aside');
			expect(await collector.metric('footfall_events_quarantined_total')).toBe(5);
			expect(await collector.metric('footfall_events_queued')).toBe(0);
		});
	});

	it('takes a block that comes short at the same place again and again for one whose rows are at fault', async () => {
		const line = failingLine();
		const bytesMax = 2_000;
		/** Lets only so much of a block through, and ends it properly: as when a column is shorter than its rows. */
		const insertNative: Warehouse['insertNative'] = (table, columns, block, options) => {
			const whole = Buffer.concat([block].flat() as Uint8Array[]);
			return line.insertNative(table, columns, whole.subarray(0, bytesMax), options);
		};
		collector = await startTestCollector({ ...line, insertNative });
		await send({ events: 64 });
		await collector.drained();
		expect([await count(), await count('uniqExact(event_id)')]).toEqual([64, 64]);
		expect(await collector.metric('footfall_events_quarantined_total')).toBe(0);
		expect(await collector.metric('footfall_delivery_errors_total{outcome="refused"}')).toBe(3);
	});

	it('waits while ClickHouse has too many parts, and calls no row wrong for it', async () => {
		const alter = (change: string) => clickhouse.warehouse.command(`ALTER TABLE events ${change}`);
		await clickhouse.warehouse.command('SYSTEM STOP MERGES events');
		await alter('MODIFY SETTING parts_to_delay_insert = 1, parts_to_throw_insert = 2');
		try {
			collector = await startTestCollector(failingLine(), { refusalsMax: 1 });
			for (let part = 0; part < 2; part++) {
				await send({ sequence: part });
				await collector.drained();
			}
			await send({ sequence: 2 });
			const refused = 'footfall_delivery_errors_total{outcome="refused"}';
			while (!((await collector.metric(refused)) >= 5)) await new Promise((resolve) => setTimeout(resolve, 10));
			expect([await count(), await collector.metric('footfall_events_queued')]).toEqual([2, 1]);
		} finally {
			await alter('RESET SETTING parts_to_delay_insert, parts_to_throw_insert');
			await clickhouse.warehouse.command('SYSTEM START MERGES events');
		}
		await collector.drained();
		expect([await count(), await count('uniqExact(event_id)')]).toEqual([3, 3]);
		expect(await collector.metric('footfall_events_quarantined_total')).toBe(0);
	});

	it('waits for a column that it needs, and does not mind one that it does not know', async () => {
		const alter = (change: string) => clickhouse.warehouse.command(`ALTER TABLE events ${change}`);
		collector = await startTestCollector(failingLine(), { refusalsMax: 1 });
		await alter('DROP COLUMN country');
		await alter("ADD COLUMN added String DEFAULT 'later'");
		await send({ events: 5 });
		while (inserts < 5) await new Promise((resolve) => setTimeout(resolve, 10));
		expect(await collector.metric('footfall_events_queued')).toBe(5);
		await alter('ADD COLUMN country LowCardinality(String)');
		await collector.drained();
		expect(await count("countIf(added = 'later')")).toBe(5);
		expect(await collector.metric('footfall_events_quarantined_total')).toBe(0);
		await alter('DROP COLUMN added');
	});

	it('waits for a table that is not there, for as long as it takes', async () => {
		collector = await startTestCollector(failingLine(), { refusalsMax: 1 });
		await clickhouse.warehouse.command('RENAME TABLE events TO elsewhere');
		await send({ events: 5 });
		while (inserts < 5) await new Promise((resolve) => setTimeout(resolve, 10));
		await clickhouse.warehouse.command('RENAME TABLE elsewhere TO events');
		await collector.drained();
		expect(await count()).toBe(5);
	});

	it('sets aside a file that the disk does not give back', async () => {
		const faults: Faults = { read: () => diskError('EIO') };
		collector = await startTestCollector(failingLine(), { fileSystem: faultyFileSystem(faults), refusalsMax: 2 });
		await send({ events: 5 });
		await collector.drained();
		expect(files()).toEqual([expect.stringMatching(/\.poison$/)]);
		expect(await collector.metric('footfall_events_quarantined_total')).toBe(5);
	});

	it('hands off what it has to somebody who is about to read, whatever its pace', async () => {
		collector = await startTestCollector(failingLine(), {
			sealAfterMs: 60_000,
			insertIntervalMs: 60_000,
			handOffMsMax: 60_000,
		});
		for (const sequence of [0, 1, 2]) {
			await send({ sequence, events: 5 });
			await collector.handOff();
			expect(await count()).toBe(5 * (sequence + 1));
		}
		await collector.handOff();
		expect(inserts).toBe(3);
	});

	it('keeps nobody waiting who wants to read while ClickHouse is away, and makes no small segments for it', async () => {
		fates = Array.from({ length: 1_000 }, () => 'refused' as const);
		collector = await startTestCollector(failingLine(), { sealAfterMs: 60_000 });
		for (const sequence of [0, 1, 2, 3, 4, 5]) {
			await send({ sequence, events: 5 });
			await collector.handOff();
		}
		expect(await collector.metric('footfall_events_queued')).toBe(30);
		// Two sealed ones, and what is being filled.
		expect(files()).toHaveLength(3);
		fates = [];
		await collector.drained();
		expect([await count(), await count('uniqExact(segment)')]).toEqual([30, 3]);
	});

	it('makes few large inserts when it was held up', async () => {
		fates = Array.from({ length: 8 }, () => 'refused' as const);
		collector = await startTestCollector(failingLine(), { deliveryBackoffFirstMs: 50 });
		for (let sequence = 0; sequence < 30; sequence++) await send({ sequence, events: 10 });
		await collector.drained();
		expect(await count()).toBe(300);
		expect(await count('uniqExact(segment)')).toBeLessThanOrEqual(10);
	});
});
