import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorization } from '../embedded/accounts.js';
import { connect, WarehouseError } from '../index.js';
import { startTestWarehouse, type TestWarehouse } from '../testing/index.js';

let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
	await test.warehouse.command(
		'CREATE TABLE numbers (n UInt64, name LowCardinality(String)) ENGINE = MergeTree ORDER BY n',
	);
});
afterAll(() => test.stop());

/** A block as the server writes it. */
async function nativeBlock(rows: number): Promise<Uint8Array> {
	const response = await fetch(test.server.url, {
		method: 'POST',
		headers: { authorization: authorization(test.server.writer) },
		body: `SELECT number AS n, 'x'::LowCardinality(String) AS name FROM numbers(${rows}) SETTINGS max_block_size = ${rows} FORMAT Native`,
	});
	return new Uint8Array(await response.arrayBuffer());
}

const count = async () =>
	(await test.warehouse.query('SELECT count() AS n, uniqExact(_part) AS parts FROM numbers'))[0];

async function failureOf(promise: Promise<unknown>): Promise<WarehouseError> {
	const error = await promise.then(
		() => undefined,
		(e) => e,
	);
	if (!(error instanceof WarehouseError)) throw new Error(`not a WarehouseError: ${error}`);
	return error;
}

describe('insertNative', () => {
	it('stores a block as one part, also when it is sent in pieces, and stores it twice when it is sent twice', async () => {
		const block = await nativeBlock(100_000);
		await test.warehouse.insertNative('numbers', ['n', 'name'], block, { queryId: randomUUID() });
		expect(await count()).toEqual({ n: '100000', parts: '1' });
		const pieces = [block.subarray(0, 7), block.subarray(7, 90_000), block.subarray(90_000)];
		await test.warehouse.insertNative('numbers', ['n', 'name'], pieces, { queryId: randomUUID() });
		expect(await count()).toEqual({ n: '200000', parts: '2' });
		await test.warehouse.command('TRUNCATE TABLE numbers');
	});

	it('classifies half a block as a fault of the data, and stores nothing of it', async () => {
		const block = await nativeBlock(1000);
		const failure = await failureOf(
			test.warehouse.insertNative('numbers', ['n', 'name'], block.subarray(0, 5000), { queryId: randomUUID() }),
		);
		expect(failure).toMatchObject({ outcome: 'refused', code: 33, isDataFault: true });
		expect(await count()).toEqual({ n: '0', parts: '0' });
	});

	it('has the outcome refused for a missing table', async () => {
		const insert = test.warehouse.insertNative('nowhere', ['n'], await nativeBlock(1), { queryId: randomUUID() });
		expect(await failureOf(insert)).toMatchObject({ outcome: 'refused', code: 60, isDataFault: false });
	});

	it('has the outcome unknown when the connection closes before or within the answer', async () => {
		for (const answer of ['', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf']) {
			const cutter = createServer((socket) => {
				socket.on('error', () => undefined);
				socket.once('data', () => socket.end(answer));
			}).listen(0, '127.0.0.1');
			await once(cutter, 'listening');
			const warehouse = connect({ url: `http://127.0.0.1:${(cutter.address() as AddressInfo).port}` });
			const insert = warehouse.insertNative('numbers', ['n'], new Uint8Array(10), { queryId: randomUUID() });
			expect(await failureOf(insert)).toMatchObject({ outcome: 'unknown', code: undefined });
			await warehouse.close();
			cutter.close();
		}
	});

	it('has the outcome unknown when the server reports success before the whole block was sent', async () => {
		const hasty = createServer((socket) => {
			socket.on('error', () => undefined);
			socket.once('data', () => {
				socket.pause();
				socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
			});
		}).listen(0, '127.0.0.1');
		await once(hasty, 'listening');
		const warehouse = connect({ url: `http://127.0.0.1:${(hasty.address() as AddressInfo).port}` });
		const block = Array.from({ length: 64 }, () => new Uint8Array(2 ** 20));
		const insert = warehouse.insertNative('numbers', ['n'], block, { queryId: randomUUID(), msMax: 20_000 });
		expect(await failureOf(insert)).toMatchObject({ outcome: 'unknown', code: undefined });
		await warehouse.close();
		hasty.close();
	});
});

describe('query', () => {
	it('takes parameters and settings, and keeps every digit', async () => {
		const rows = await test.warehouse.query(
			"SELECT {big:UInt64} AS big, {price:Decimal(18, 4)} AS price, {text:String} AS text, getSetting('max_threads') AS threads",
			{ params: { big: '18446744073709551615', price: '0.1', text: "it's" }, settings: { max_threads: 1 } },
		);
		expect(rows).toEqual([{ big: '18446744073709551615', price: '0.1', text: "it's", threads: 1 }]);
	});

	it('rejects when the server fails in the middle of an answer', async () => {
		const failing = test.warehouse.query(
			'SELECT throwIf(number = 200000) AS x FROM numbers(300000) SETTINGS max_block_size = 1000',
		);
		expect(await failureOf(failing)).toMatchObject({ outcome: 'refused', code: 395 });
	});
});

describe('killQuery', () => {
	it('ends a running statement, whose outcome is then unknown, and accepts that none runs', async () => {
		const queryId = randomUUID();
		const running = failureOf(
			test.warehouse.query('SELECT sum(sleepEachRow(0.1)) FROM numbers(600) SETTINGS max_block_size = 1', {
				queryId,
				settings: { function_sleep_max_microseconds_per_block: 0 },
			}),
		);
		const isRunning = async () => {
			const rows = await test.warehouse.query('SELECT 1 FROM system.processes WHERE query_id = {queryId:String}', {
				params: { queryId },
			});
			return rows.length > 0;
		};
		while (!(await isRunning())) await wait(20);
		await test.warehouse.killQuery(queryId);
		expect(await isRunning()).toBe(false);
		expect(await running).toMatchObject({ outcome: 'unknown', code: 394 });
		await test.warehouse.killQuery(queryId);
	});
});

describe('ping', () => {
	it('says whether a server answers', async () => {
		expect(await test.warehouse.ping()).toBe(true);
		const nowhere = connect({ url: 'http://127.0.0.1:1' });
		expect(await nowhere.ping()).toBe(false);
		await nowhere.close();
	});
});
