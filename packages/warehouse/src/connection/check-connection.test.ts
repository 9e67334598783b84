import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartRefusal } from '@footfall/host';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConnection, connect } from '../index.js';
import { startTestWarehouse, type TestWarehouse } from '../testing/index.js';
import { connectionFault } from './check-connection.js';

let test: TestWarehouse;
const webServer = createServer((_, response) => response.end('<html>Welcome</html>'));
beforeAll(async () => {
	test = await startTestWarehouse();
	webServer.listen(0, '127.0.0.1');
	await once(webServer, 'listening');
});
afterAll(async () => {
	await test.stop();
	webServer.close();
});

async function refusalOf(url: string): Promise<string> {
	const warehouse = connect({ url });
	const error = await checkConnection(warehouse).catch((e) => e);
	await warehouse.close();
	expect(error).toBeInstanceOf(StartRefusal);
	expect(error.message).not.toMatch(/\n|sesame/);
	return error.message;
}

describe('connect and checkConnection', () => {
	it.each([
		['nonsense', 'CLICKHOUSE_URL is not a URL'],
		['ftp://u:sesame@127.0.0.1', 'does not start with http:// or https://'],
		['sesame:u@127.0.0.1', 'does not start with http:// or https://'],
		[
			'http://u@127.0.0.1:1/a,http://u:sesame@127.0.0.1:2/a',
			'lists several servers, which only footfall transforms accepts',
		],
		['http://127.0.0.1:1/u:sesame@a', 'has a user'],
		['http://u:sesame@127.0.0.1:1/a-b', 'not the name of a database: names consist of'],
		['http://u:12/sesame-b', 'not the name of a database: names consist of'],
		['http://u:sesame@127.0.0.1:1/a/b', 'not the name of a database: names consist of'],
		['http://127.0.0.1:1/?password=sesame', 'has more than a path after the host'],
		['http://u:50%sesame@127.0.0.1:1', 'has a percent sign that must be written as %25'],
	])('refuse %s without repeating a password', (url, message) => {
		expect(() => connect({ url })).toThrow(StartRefusal);
		expect(() => connect({ url })).toThrow(message);
		expect(() => connect({ url })).not.toThrow('sesame');
	});

	it.each(['127.0.0.1', 'localhost'])('report that nothing answers on %s', async (host) => {
		expect(await refusalOf(`http://u:sesame@${host}:1`)).toMatch(
			/^no ClickHouse answers at CLICKHOUSE_URL \(.*ECONNREFUSED.*\); check the host, the port/,
		);
	});

	it('report an unknown host without naming it, since it may be a part of a password', async () => {
		expect(await refusalOf('http://u:pass@sesame.invalid:8123')).toMatch(
			/^no ClickHouse answers at CLICKHOUSE_URL \(getaddrinfo \w+\);/,
		);
	});

	it('report that a server is not ClickHouse, whatever it answers', async () => {
		const { port } = webServer.address() as AddressInfo;
		expect(await refusalOf(`http://u:sesame@127.0.0.1:${port}`)).toMatch(/^no ClickHouse answers at CLICKHOUSE_URL/);
	});

	it('report that the server refuses the account', async () => {
		expect(await refusalOf(test.server.url.replace('//', '//u:sesame@'))).toBe(
			'ClickHouse refuses the user or the password; correct them in CLICKHOUSE_URL',
		);
	});

	it('accept the account in the URL and beside it', async () => {
		const { user, password } = test.server.writer;
		for (const address of [
			{ url: test.server.url.replace('//', `//${user}:${password}@`), database: 'footfall' },
			{ url: `${test.server.url}/`, user, password, database: 'footfall_other' },
		]) {
			const warehouse = connect(address);
			await checkConnection(warehouse);
			expect(await warehouse.query('SELECT currentDatabase() AS name')).toEqual([{ name: address.database }]);
			await warehouse.close();
		}
	});

	it('distinguishes a wrong password from a missing grant', () => {
		const fault = (code: number) => connectionFault({ code, message: 'x', outcome: 'refused' });
		expect(fault(516)).toContain('user or the password');
		expect(fault(497)).toContain('grant it CREATE DATABASE');
		expect(fault(1)).toContain('CLICKHOUSE_URL');
	});
});
