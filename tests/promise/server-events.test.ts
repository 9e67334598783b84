import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CollectorProcess, startCollectorProcess } from '@footfall/collector/testing';
import { createFootfall, type FootfallError } from '@footfall/node';
import { type DetailedWireBatch, encode } from '@footfall/protocol';
import { build, compileOrThrow } from '@footfall/transforms';
import { importFile } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

let clickhouse: TestWarehouse;
let directory: string;
let port: number;
let collector: CollectorProcess | undefined;
const isThorough = process.env.FOOTFALL_THOROUGH === '1';
const errors: FootfallError[] = [];

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});
afterAll(() => clickhouse.stop());

beforeEach(async () => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-server-events-'));
	errors.length = 0;
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
	const probe = createSocketServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	port = (probe.address() as AddressInfo).port;
	probe.close();
	await once(probe, 'close');
});

afterEach(async () => {
	await collector?.kill('SIGKILL');
	collector = undefined;
	rmSync(directory, { recursive: true, force: true });
});

async function startCollector(sites: object[] = [{ key: 'shop', origins: 'any' }]): Promise<CollectorProcess> {
	collector = await startCollectorProcess(
		{ url: clickhouse.server.url, ...clickhouse.server.writer },
		{
			port,
			walDirectory: join(directory, 'wal'),
			sealAfterMs: 50,
			insertIntervalMs: 0,
			...{ sites },
		},
	);
	return collector;
}

const options = () => ({
	collector: `http://127.0.0.1:${port}`,
	site: 'shop',
	url: 'https://shop.example/',
	onError: (error: FootfallError) => errors.push(error),
});

/** Number of rows and of different object ids in the table. */
async function stored(): Promise<{ rows: number; ids: number }> {
	await collector?.drain();
	const [row] = await clickhouse.warehouse.query<{ rows: string; ids: string }>(
		'SELECT count() AS rows, uniqExact(obj_id) AS ids FROM events FINAL',
	);
	return { rows: Number(row?.rows), ids: Number(row?.ids) };
}

/** A server of a shop in a process of its own, which sends numbered events until it is killed. */
function startShop(spool: string, first: number, count: number): ChildProcess {
	const client = new URL('../../packages/node/dist/index.js', import.meta.url).href;
	const program = `
		const { createFootfall } = await import(${JSON.stringify(client)});
		const footfall = createFootfall({ ...${JSON.stringify({ ...options(), spool })}, onError() {} });
		for (let i = 0; i < ${count}; i++) footfall.track('paid', { objId: String(${first} + i), userId: 42 });
		console.log('called');
		await footfall.flush();
		console.log('stored');`;
	return spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

const printed = async (child: ChildProcess, word: string) => {
	let text = '';
	for await (const chunk of child.stdout ?? []) {
		text += chunk;
		if (text.includes(word)) return;
	}
	throw new Error(`ended before it printed ${word}: ${text}`);
};

/** The fields of an order that all its reports have. */
const sold = { amount: 99.95, currency: 'EUR' };
/** Ways in which an order is told. */
const doors = ['page', 'server', 'webhook', 'import'] as const;

/** All orders of some items. */
function permutationsOf<T>(items: readonly T[]): T[][] {
	if (items.length === 0) return [[]];
	return items.flatMap((item) =>
		permutationsOf(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
	);
}

/** Tells of an order as a page of its buyer does, until the collector has it. */
async function tellAsPage(orderId: string, visitor: number): Promise<void> {
	const batch: DetailedWireBatch = [
		...([1, 'shop', visitor, visitor, 0, Date.now()] as const),
		[['https://shop.example/thanks']],
		[[0, 0, 'order', '', '', 0, sold.amount, sold.currency]],
		[[0, { orderId }]],
	];
	const body = Buffer.from(encode(batch));
	for (;;) {
		const reply = await fetch(`http://127.0.0.1:${port}/v1/batch`, {
			...{ method: 'POST', headers: { Origin: 'https://shop.example' }, body },
		}).catch(() => undefined);
		if (reply?.ok) return;
		await new Promise((done) => setTimeout(done, 50));
	}
}

/** Imports the orders of buyers, as the shop does at the end of a month. */
async function importOrders(name: string, orders: readonly { orderId: string; visitor: number }[]): Promise<void> {
	const path = join(directory, `${name}.ndjson`);
	const common = { ...sold, name: 'order', dt: new Date(), url: 'https://shop.example/', obj: '' };
	const rows = orders.map(({ orderId, visitor }) => ({ ...common, order_id: orderId, visitor_id: visitor }));
	writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
	const { rejected } = await importFile(clickhouse.warehouse, path, { fallbackSite: 'shop' });
	expect(rejected).toBe(0);
}

describe('events of a server', () => {
	it('are stored once each while the collector is killed, and every promise that resolves is an event on disk', async () => {
		await startCollector();
		const footfall = createFootfall(options());
		let resolved = 0;
		const calls = Array.from({ length: 600 }, async (_, i) => {
			await new Promise((done) => setTimeout(done, i * 2));
			await footfall.track('paid', { objId: String(i), userId: 42 });
			resolved++;
		});
		await vi.waitFor(() => expect(resolved).toBeGreaterThan(50), { timeout: 30_000, interval: 5 });
		for (let kill = 0; kill < 3; kill++) {
			await collector?.kill('SIGKILL');
			await startCollector();
			await new Promise((done) => setTimeout(done, 200));
		}
		await Promise.all(calls);
		await footfall.close();
		expect(await stored()).toEqual({ rows: 600, ids: 600 });
		expect(errors.filter(({ code }) => code !== 'unreachable')).toEqual([]);
	});

	it('survive the end of their process in the spool, and count once when it had sent some of them', async () => {
		const spool = join(directory, 'spool');
		const first = startShop(spool, 0, 300);
		await printed(first, 'called');
		first.kill('SIGKILL');
		await once(first, 'exit');
		await startCollector();
		// Two processes at the same time, of which one takes over what the first one has left.
		const [second, third] = [startShop(spool, 300, 20), startShop(spool, 320, 20)];
		await Promise.all([printed(second, 'stored'), printed(third, 'stored')]);
		await vi.waitFor(async () => expect(await stored()).toEqual({ rows: 340, ids: 340 }), {
			timeout: 30_000,
			interval: 100,
		});
		for (const child of [second, third]) child.kill('SIGKILL');
		const waiting = readdirSync(spool, { recursive: true, encoding: 'utf8' }).filter((file) =>
			file.endsWith('.ndjson'),
		);
		expect(waiting.map((file) => readFileSync(join(spool, file), 'utf8')).join('')).toBe('');
	});

	it('are taken over from a process that has ended before its parent asks for its exit code', async () => {
		const spool = join(directory, 'spool');
		const shop = startShop(spool, 0, 3);
		await printed(shop, 'called');
		shop.kill('SIGKILL');
		await once(shop, 'exit');
		// The child of the shell ends after another program has taken the place of the shell, which asks for no exit code.
		const child = 'until [ "$(cat /proc/$$/comm)" = sleep ]; do sleep 0.01; done';
		const script = `(${child}) & echo $!; exec sleep 60`;
		const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
		try {
			const [line] = await once(parent.stdout, 'data');
			const pid = Number(String(line));
			await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /));
			const start = /\) (.*)$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]?.split(' ')[19];
			const [folder = ''] = readdirSync(spool);
			writeFileSync(join(spool, folder, 'owner.json'), JSON.stringify({ pid, host: hostname(), start }));
			await startCollector();
			const footfall = createFootfall({ ...options(), spool });
			await footfall.flush();
			await vi.waitFor(async () => expect(await stored()).toEqual({ rows: 3, ids: 3 }));
			await footfall.close();
		} finally {
			parent.kill('SIGKILL');
		}
	});

	it('are refused one by one with the words of the collector, also those of the spool, which keeps them', async () => {
		await startCollector();
		const spool = join(directory, 'spool');
		const footfall = createFootfall({ ...options(), spool });
		const calls = [
			footfall.track('good', { objId: 'good', userId: 42 }),
			footfall.track('bad', { objId: 'bad', userId: 42, currency: 'far too long for a code' }),
			footfall.track('never', { amount: Number.NaN }),
		];
		expect(await Promise.allSettled(calls)).toMatchObject([
			{ status: 'fulfilled' },
			{
				status: 'rejected',
				reason: { code: 'invalid', message: expect.stringContaining('currency: must have at most') },
			},
			{ status: 'rejected', reason: { code: 'invalid-value', message: expect.stringContaining('`amount`') } },
		]);
		expect(errors.map(({ code }) => code).toSorted((a, b) => a.localeCompare(b))).toEqual(['invalid', 'invalid-value']);
		expect(JSON.parse(readFileSync(join(spool, 'refused.ndjson'), 'utf8'))).toMatchObject({ obj_id: 'bad' });
		await footfall.close();
		expect(await stored()).toEqual({ rows: 1, ids: 1 });
	});

	it('are orders of a site with keys only with its key, which may name the visitor', async () => {
		const key = 'a-write-key-0123456789';
		await startCollector([{ key: 'shop', origins: ['https://shop.example'], keys: [key] }]);
		const order = { orderId: '1001', amount: 10, currency: 'EUR', userId: 'ada', visitorId: '7', eventId: 'charge/1' };
		for (const wrong of [{}, { key: 'another-key-0123456789' }]) {
			const footfall = createFootfall({ ...options(), ...wrong });
			await expect(footfall.order(order)).rejects.toMatchObject({ code: 'unauthorized' });
			await footfall.close();
		}
		expect((await stored()).rows).toBe(0);
		const [footfall, keyless] = [createFootfall({ ...options(), key }), createFootfall(options())];
		await Promise.all([footfall.order(order), footfall.order(order)]);
		// The same id as JSON is the same event.
		const body = { dt: new Date(), name: 'order', url: 'https://shop.example/', obj: '', order_id: '1001', amount: 10 };
		const fields = { currency: 'EUR', user_id: 'ada', visitor_id: 7, event_id: 'charge/1' };
		const reply = await fetch(`http://127.0.0.1:${port}/v1/events`, {
			method: 'POST',
			headers: { Authorization: `Bearer ${key}` },
			body: JSON.stringify({ ...body, ...fields }),
		});
		expect(reply.status).toBe(200);
		await footfall.order({ orderId: '1002', amount: 5, currency: 'EUR' });
		await expect(footfall.track('of nobody')).rejects.toMatchObject({
			code: 'invalid',
			message: expect.stringContaining('only an order or a refund of a server needs neither'),
		});
		errors.length = 0;
		await keyless.track('paid', { userId: 'ada', visitorId: 7 });
		expect(errors).toMatchObject([{ code: 'fields-not-stored', message: expect.stringContaining('write key') }]);
		await Promise.all([footfall.close(), keyless.close()]);
		await collector?.drain();
		const rows = await clickhouse.warehouse.query(
			'SELECT name, order_id, user_id, toUInt64(visitor_id) < 9007199254740992 AS is_given, source FROM events FINAL ORDER BY name, order_id',
		);
		expect(rows).toEqual([
			{ name: 'order', order_id: '1001', user_id: 'ada', is_given: 1, source: 'server' },
			{ name: 'order', order_id: '1002', user_id: '', is_given: 1, source: 'server' },
			{ name: 'paid', order_id: '', user_id: 'ada', is_given: 0, source: 'server' },
		]);
	});

	it.runIf(isThorough)(
		'are one order with those of its page, of five repeats of a webhook and of an import, in any order and under kills',
		async () => {
			const sites = [{ key: 'shop', origins: 'any', keys: ['a-write-key-0123456789'] }];
			await startCollector(sites);
			const footfall = createFootfall({ ...options(), key: 'a-write-key-0123456789' });
			const orders = permutationsOf(doors).map((told, i) => ({ orderId: told.join(), visitor: 100 + i, told }));
			const tell = ({ orderId, visitor, told }: (typeof orders)[number], step: number): Promise<unknown> => {
				if (told[step] === 'page') return tellAsPage(orderId, visitor);
				if (told[step] === 'server') return footfall.order({ orderId, ...sold, visitorId: visitor });
				const repeats = Array.from({ length: told[step] === 'webhook' ? 5 : 0 }, () =>
					footfall.order({ orderId, ...sold, userId: `buyer-${visitor}` }),
				);
				return Promise.all(repeats);
			};
			for (const step of doors.keys()) {
				const telling = Promise.all(orders.map((order) => tell(order, step)));
				await collector?.kill('SIGKILL');
				await startCollector(sites);
				const imported = orders.filter(({ told }) => told[step] === 'import');
				await Promise.all([telling, importOrders(`step-${step}`, imported)]);
			}
			// Nobody's order counts in money, and belongs to no visitor and no session.
			for (let repeat = 0; repeat < 2; repeat++) await footfall.order({ orderId: 'of nobody', ...sold });
			await footfall.refund({ orderId: 'of nobody' });
			await footfall.close();
			await collector?.drain();
			expect(await build(clickhouse.warehouse, compileOrThrow())).toMatchObject({ outcome: 'published' });
			const found = await clickhouse.warehouse.query(
				`SELECT order_id, toString(amount) AS amount, currency, source, toUInt32(visitor_id) AS visitor, page_reports,
				server_reports, import_reports, differences, is_bot FROM orders ORDER BY visitor`,
				{ settings: { output_format_json_quote_64bit_integers: 0 } },
			);
			expect(found.shift()).toMatchObject({ order_id: 'of nobody', amount: '99.95', visitor: 0, server_reports: 2 });
			expect(
				await clickhouse.warehouse.query(
					`SELECT toString(net) AS net, user_id, session_id, is_confirmed FROM orders WHERE order_id = 'of nobody'`,
				),
			).toEqual([{ net: '0', user_id: '', session_id: '0', is_confirmed: true }]);
			// Neither does the visitor that is computed from the user of a webhook count.
			for (const mart of ['sessions', 'int_user_days', 'persons'])
				expect(
					await clickhouse.warehouse.query(
						`SELECT toUInt32(uniqExact(visitor_id)) AS visitors, toUInt32(max(visitor_id)) AS last FROM ${mart}`,
					),
					mart,
				).toEqual([{ visitors: orders.length, last: 99 + orders.length }]);
			const counts = { page_reports: 1, server_reports: 6, import_reports: 1, differences: 0, is_bot: false };
			expect(found).toEqual(
				orders.map(({ orderId, visitor }) => ({
					...{ order_id: orderId, amount: '99.95', currency: 'EUR', source: 'server', visitor },
					...counts,
				})),
			);
		},
	);

	it('wait without a collector in a queue that has a bound, and say so', async () => {
		const footfall = createFootfall({ ...options(), queueBytesMax: 1_000 });
		const calls = Array.from({ length: 20 }, (_, i) => footfall.track('paid', { objId: String(i), userId: 42 }));
		await expect(calls[19]).rejects.toMatchObject({
			code: 'queue-full',
			message: expect.stringContaining('queueBytesMax'),
		});
		await vi.waitFor(() => expect(errors.map(({ code }) => code)).toContain('unreachable'), { timeout: 30_000 });
		const closing = footfall.close(50);
		await expect(footfall.track('late')).rejects.toMatchObject({ code: 'closed' });
		await closing;
		await expect(calls[0]).rejects.toMatchObject({ code: 'closed', message: expect.stringContaining('It is lost') });
	});

	it('are sent again after an answer that is not of a collector, such as that of a proxy', async () => {
		const answers: number[] = [];
		const proxy: Server = createServer((request, response) => {
			request.resume().on('end', () => {
				const status = [502, 301, 404][answers.length] ?? 200;
				answers.push(status);
				response.writeHead(status, { Location: 'http://127.0.0.1:9/' });
				response.end(status === 200 ? '{"outcome":"stored","stored":1}' : '<h1>Bad gateway</h1>');
			});
		}).listen(port, '127.0.0.1');
		await once(proxy, 'listening');
		const footfall = createFootfall(options());
		await footfall.track('paid', { userId: 42 });
		expect(answers).toEqual([502, 301, 404, 200]);
		expect(errors).toMatchObject([{ code: 'unreachable', message: expect.stringContaining('it answered 404') }]);
		await footfall.close();
		proxy.close();
	});

	it('need the address of a collector and a site', () => {
		expect(() => createFootfall({ ...options(), collector: 'shop.example' })).toThrow(
			'`collector` must be the http or https',
		);
		expect(() => createFootfall({ ...options(), site: '' })).toThrow('`site` is missing');
	});
});
