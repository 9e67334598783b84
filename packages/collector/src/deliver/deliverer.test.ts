import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { eventId, type WireEvent } from '@footfall/protocol';
import { connect, supersededCode, type Warehouse, WarehouseError } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { diskError, type Faults, faultyFileSystem } from '../testing/disk/faulty-file-system.js';
import { frame } from '../testing/frames.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';
import { walFiles } from '../testing/wal-files.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

let clickhouse: TestWarehouse;
let collector: TestCollector;
let inserts: number;
/** The fates of the inserts, one after another; later inserts succeed. */
let queriesFail: boolean;
let fates: ('cut before' | 'cut after' | 'late' | 'request cut' | 'refused' | undefined)[];
/** Lets the insert arrive whose fate is `late`. */
let arrive: () => Promise<void>;
/** Size of the first column of the block of each insert; 0 after its memory was freed. */
let blocks: Uint8Array[];

/** The real warehouse behind a connection with the configured failures. */
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
			if (fate === 'late') arrive = () => real.insertNative(...insert);
			if (fate === 'cut before' || fate === 'late') throw cut;
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

const files = () => walFiles(collector.directory);

const uuids = { once: '0f0f48de-d2a1-4dda-a33a-fd06edcd6d37', twice: '22d19fb5-3d33-48c1-8c7c-82cff8eff2ff' };

const connections = (server: Server) =>
	new Promise<number>((resolve) => server.getConnections((_, open) => resolve(open)));

describe('delivery', () => {
	it('the memory of a block is freed once it is stored, but not while a cut request may still send it', async () => {
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

	it('an insert whose answer was cut is looked up and not repeated', async () => {
		fates = ['cut after'];
		collector = await startTestCollector(failingLine());
		await send({ events: 5 });
		await collector.drained();
		expect([inserts, await count()]).toEqual([1, 5]);
		expect(await collector.metric('footfall_delivery_errors_total{outcome="unknown"}')).toBe(1);
		expect(files()).toEqual([]);
	});

	it('an insert that did not arrive is repeated until it does', async () => {
		fates = ['cut before', 'refused', 'refused', 'cut before', 'cut after'];
		collector = await startTestCollector(failingLine());
		await send({ events: 5 });
		await collector.drained();
		expect([inserts, await count()]).toEqual([5, 5]);
		expect(await collector.metric('footfall_events_stored_total')).toBe(5);
		expect(await collector.metric('footfall_delivery_errors_total{outcome="refused"}')).toBe(2);
	});

	it('delivery continues after an insert and look-ups without any answer', async () => {
		const silence = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
		await once(silence, 'listening');
		const unreachableWarehouse = connect({ url: `http://127.0.0.1:${(silence.address() as AddressInfo).port}` });
		const line = failingLine();
		const unanswered = { insertNative: true, killQuery: true, query: true };
		/** Replaces the first call of each kind by one without an answer. */
		const lineOf = (method: keyof typeof unanswered) => {
			const isFirst = unanswered[method];
			unanswered[method] = false;
			return isFirst ? unreachableWarehouse : line;
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
		// Cancelled: otherwise they would occupy the few connections.
		while ((await connections(silence)) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
		await unreachableWarehouse.close();
		silence.close();
	});

	it('a segment that holds an event twice is found after the answer to its insert was lost', async () => {
		fates = ['cut after'];
		collector = await startTestCollector(failingLine());
		const event = { dt: Date.now(), name: 'view', user_id: 7, url: 'https://shop.example/', obj: 'page' };
		const body = ['once', 'twice', 'twice'].map((id) => ({ ...event, event_id: uuids[id as keyof typeof uuids] }));
		await fetch(`${collector.publicUrl}/v1/events`, { method: 'POST', body: JSON.stringify(body) });
		await collector.drained();
		expect([inserts, await count()]).toEqual([1, 2]);
	});

	it('an insert that arrives after the next attempt has stored the segment is refused', async () => {
		fates = ['late'];
		collector = await startTestCollector(failingLine());
		await send({ events: 5 });
		await collector.drained();
		await expect(arrive()).rejects.toMatchObject({ outcome: 'refused', code: supersededCode });
		expect([inserts, await count()]).toEqual([2, 5]);
	});

	it('an insert of an earlier process that arrives after this one has stored the segment is refused', async () => {
		fates = ['late'];
		queriesFail = true;
		collector = await startTestCollector(failingLine());
		const { directory } = collector;
		await send({ events: 5 });
		while (inserts === 0) await new Promise((resolve) => setTimeout(resolve, 10));
		await collector.stop();
		queriesFail = false;
		collector = await startTestCollector(failingLine(), { walDirectory: directory });
		await collector.drained();
		await expect(arrive()).rejects.toMatchObject({ outcome: 'refused', code: supersededCode });
		expect([inserts, await count()]).toEqual([2, 5]);
	});

	it('segments of an earlier process are looked up before they are inserted', async () => {
		fates = ['cut after'];
		queriesFail = true;
		collector = await startTestCollector(failingLine());
		const { directory } = collector;
		await send({ events: 5 });
		while (inserts === 0) await new Promise((resolve) => setTimeout(resolve, 10));
		await collector.stop();
		queriesFail = false;
		collector = await startTestCollector(failingLine(), { walDirectory: directory });
		expect(await collector.metric('footfall_events_recovered_total')).toBe(5);
		await collector.drained();
		expect([inserts, await count(), files()]).toEqual([1, 5, []]);
	});

	/** Makes the real ClickHouse reject rows by their name. */
	async function whileRefusing(names: string, run: () => Promise<void>): Promise<void> {
		await clickhouse.warehouse.command(`ALTER TABLE events ADD CONSTRAINT no_poison CHECK name NOT IN (${names})`);
		await run().finally(() => clickhouse.warehouse.command('ALTER TABLE events DROP CONSTRAINT no_poison'));
	}

	const quarantine = () =>
		clickhouse.warehouse.query<Record<string, string>>(
			'SELECT name, event_id, url, browser, segment, reason FROM events_quarantine FINAL ORDER BY name',
		);

	it('accepted rows are stored and rejected rows are quarantined with the reason', async () => {
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

	it.runIf(isThorough)('an interrupted isolation of rejected rows continues where it was', async () => {
		await whileRefusing("'poison'", async () => {
			const names = Array.from({ length: 16 }, (_, i) => (i === 5 ? 'poison' : 'view'));
			// Three rejections, then halves; the answer of the fifth insert is lost.
			fates = [undefined, undefined, undefined, undefined, 'cut after', 'cut before'];
			collector = await startTestCollector(failingLine());
			await send({ stream: 3, events: names.map((name): WireEvent => [0, 0, name]) });
			await collector.drained();
			expect([await count(), await count('uniqExact(event_id)')]).toEqual([15, 15]);
			expect((await quarantine()).length).toBe(1);
		});
	});

	it.runIf(isThorough)('a segment that was stored in ranges is not inserted as a whole', async () => {
		const names = Array.from({ length: 8 }, (_, i) => (i === 0 ? 'poison' : 'view'));
		let directory = '';
		await whileRefusing("'poison'", async () => {
			// All rows are rejected, the second half is stored, the first half is rejected, and then the connection
			// stays cut.
			fates = [undefined, undefined, undefined, ...Array.from({ length: 1_000 }, () => 'cut before' as const)];
			collector = await startTestCollector(failingLine(), { refusalsMax: 1 });
			({ directory } = collector);
			await send({ stream: 4, events: names.map((name): WireEvent => [0, 0, name]) });
			while (inserts < 5) await new Promise((resolve) => setTimeout(resolve, 10));
			await collector.stop();
			expect(await count()).toBe(4);
			fates = [];
		});
		collector = await startTestCollector(failingLine(), { walDirectory: directory });
		await collector.drained();
		expect([await count(), await count('uniqExact(event_id)')]).toEqual([8, 8]);
	});

	it('a segment with too many rejected rows is quarantined, and delivery continues with the next', async () => {
		await whileRefusing("'poison'", async () => {
			collector = await startTestCollector(failingLine(), { refusalsMax: 1, quarantinedMax: 2 });
			await send({ stream: 1, events: Array.from({ length: 5 }, (): WireEvent => [0, 0, 'poison']) });
			while ((await collector.metric('footfall_events_quarantined_total')) === 0) {}
			await send({ stream: 2, events: 4 });
			await collector.drained();
			expect(await count()).toBe(4);
			expect(files()).toEqual([expect.stringMatching(/\.poison$/), expect.stringMatching(/\.reason$/)]);
			expect(collector.messages).toContain('this segment cannot be delivered; its file is quarantined');
			expect(await collector.metric('footfall_events_quarantined_total')).toBe(5);
			expect(await collector.metric('footfall_events_queued')).toBe(0);
		});
	});

	it('a block that is repeatedly short at the same position is treated as one with invalid rows', async () => {
		const line = failingLine();
		const bytesMax = 2_000;
		/** Forwards only this part of a block and ends it properly, as if a column were shorter than its rows. */
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

	it('delivery waits while ClickHouse has too many parts, and quarantines no row', async () => {
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

	it('delivery waits for a missing column, and ignores an unknown one', async () => {
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

	it('delivery waits for a missing table', async () => {
		collector = await startTestCollector(failingLine(), { refusalsMax: 1 });
		await clickhouse.warehouse.command('RENAME TABLE events TO elsewhere');
		await send({ events: 5 });
		while (inserts < 5) await new Promise((resolve) => setTimeout(resolve, 10));
		await clickhouse.warehouse.command('RENAME TABLE elsewhere TO events');
		await collector.drained();
		expect(await count()).toBe(5);
	});

	const codes = [
		'EMFILE',
		'ENFILE',
		'ENOMEM',
		'EAGAIN',
		'EACCES',
		'EPERM',
		'EROFS',
		'EIO',
		'ENOENT',
		'ESTALE',
		'ETIMEDOUT',
	];
	it.each(codes.filter((code) => isThorough || code === 'EMFILE' || code === 'EIO'))(
		'a segment that cannot be read because of %s waits until it can be read',
		async (code) => {
			let reads = 0;
			const faults: Faults = { read: () => (reads++ < 8 ? diskError(code) : undefined) };
			collector = await startTestCollector(failingLine(), { fileSystem: faultyFileSystem(faults), refusalsMax: 2 });
			await send({ events: 5 });
			await collector.drained();
			expect([await count(), await count('uniqExact(event_id)')]).toEqual([5, 5]);
			expect(reads).toBe(9);
			expect(files()).toEqual([]);
			expect(await collector.metric('footfall_events_quarantined_total')).toBe(0);
			expect(collector.messages).toContain(
				'segments cannot be read at present; they stay in the write-ahead log and are read again later',
			);
		},
	);

	it('segments that cannot be read are logged together, and once more when all of them are delivered', async () => {
		let isShort: boolean = true;
		const seen = new Set<string>();
		const disk = faultyFileSystem({});
		const fileSystem: typeof disk = {
			...disk,
			read: (path) => (isShort ? Promise.reject(seen.add(path) && diskError('EMFILE')) : disk.read(path)),
		};
		collector = await startTestCollector(failingLine(), { fileSystem });
		for (let stream = 1; stream <= 4; stream++) {
			await send({ stream, events: 5 });
			while (seen.size < stream) await new Promise((resolve) => setTimeout(resolve, 10));
		}
		isShort = false;
		await collector.drained();
		expect(await count()).toBe(20);
		expect(collector.messages).toEqual([
			'segments cannot be read at present; they stay in the write-ahead log and are read again later',
			'all segments that were postponed are delivered or quarantined',
		]);
	});

	it('a segment that cannot be read for long does not delay later ones, and the next start delivers it', async () => {
		let unreadable = '';
		const disk = faultyFileSystem({});
		const fileSystem: typeof disk = {
			...disk,
			read(path) {
				unreadable ||= path;
				return path === unreadable ? Promise.reject(diskError('EIO')) : disk.read(path);
			},
		};
		collector = await startTestCollector(failingLine(), { fileSystem });
		const { directory } = collector;
		await send({ stream: 1, events: 5 });
		while (unreadable === '') await new Promise((resolve) => setTimeout(resolve, 10));
		await send({ stream: 2, events: 4 });
		while ((await count()) < 4) await new Promise((resolve) => setTimeout(resolve, 10));
		// The rows are in the table before the collector has the answer.
		await vi.waitFor(async () => expect(await collector.metric('footfall_events_queued')).toBe(5), { timeout: 30_000 });
		await collector.stop();
		expect(files().map((file) => `${directory}/${file}`)).toEqual([unreadable]);
		collector = await startTestCollector(failingLine(), { walDirectory: directory });
		await collector.drained();
		expect([await count(), await count('uniqExact(event_id)'), files()]).toEqual([9, 9, []]);
	});

	it.runIf(isThorough)('a segment that cannot be quarantined for a passing reason is quarantined later', async () => {
		await whileRefusing("'poison'", async () => {
			let renames = 0;
			const faults: Faults = { rename: () => (renames++ < 3 ? diskError('EROFS') : undefined) };
			const fileSystem = faultyFileSystem(faults);
			collector = await startTestCollector(failingLine(), { refusalsMax: 1, quarantinedMax: 1, fileSystem });
			await send({ events: Array.from({ length: 3 }, (): WireEvent => [0, 0, 'poison']) });
			await collector.drained();
			expect(renames).toBe(4);
			expect(files()).toEqual([expect.stringMatching(/\.poison$/), expect.stringMatching(/\.reason$/)]);
			expect(await collector.metric('footfall_events_quarantined_total')).toBe(3);
		});
	});

	it('handOff delivers acknowledged events for a caller that is about to read, without pauses', async () => {
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

	it.runIf(isThorough)('handOff returns early while ClickHouse is away, and creates no small segments', async () => {
		fates = Array.from({ length: 1_000 }, () => 'refused' as const);
		collector = await startTestCollector(failingLine(), { sealAfterMs: 60_000 });
		for (const sequence of [0, 1, 2, 3, 4, 5]) {
			await send({ sequence, events: 5 });
			await collector.handOff();
		}
		expect(await collector.metric('footfall_events_queued')).toBe(30);
		// Two sealed segments, and the open one.
		expect(files()).toHaveLength(3);
		fates = [];
		await collector.drained();
		expect([await count(), await count('uniqExact(segment)')]).toEqual([30, 3]);
	});

	it('after a delay, delivery makes few large inserts', async () => {
		fates = Array.from({ length: 8 }, () => 'refused' as const);
		collector = await startTestCollector(failingLine(), { deliveryBackoffFirstMs: 50 });
		for (let sequence = 0; sequence < 30; sequence++) await send({ sequence, events: 10 });
		await collector.drained();
		expect(await count()).toBe(300);
		expect(await count('uniqExact(segment)')).toBeLessThanOrEqual(10);
	});
});
