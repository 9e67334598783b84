import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, portRefusal, StartRefusal, urlOf } from './index.js';

const host = '127.0.0.1';
const busy = createServer();
let busyPort: number;
beforeAll(async () => {
	busy.listen(0, host);
	await once(busy, 'listening');
	busyPort = (busy.address() as AddressInfo).port;
});
afterAll(() => busy.close());

describe('freePort', () => {
	it('gives the requested port if it is free, and any free one for 0', async () => {
		const port = await freePort({ host, port: 0 }, '--port');
		expect(port).toBeGreaterThan(0);
		expect(await freePort({ host, port }, '--port')).toBe(port);
	});

	it('refuses a port that is taken, and names the port and its flag', async () => {
		const refusal = freePort({ host, port: busyPort }, '--shop-port');
		await expect(refusal).rejects.toBeInstanceOf(StartRefusal);
		await expect(refusal).rejects.toThrow(
			`Cannot listen on port ${busyPort} of ${host}: the port is taken. Stop the program that listens there, or choose another port with --shop-port.`,
		);
	});

	it('refuses an address of another machine, and names the flag of the address', async () => {
		await expect(freePort({ host: '192.0.2.1', port: 0 }, '--admin-port')).rejects.toThrow(
			/port 0 of 192\.0\.2\.1: .*--admin-host/,
		);
	});
});

describe('portRefusal', () => {
	it.each([
		['EACCES', /this user may not open the port.*above 1023 with --port/],
		['ENOTFOUND', /does not have the address.*--host/],
		['EOTHER', /\(EOTHER\): choose another port with --port/],
		[undefined, /the port is taken, this user may not open it, or the address .*--port/],
	])('for the error code %s says what to do', (code, message) => {
		expect(portRefusal({ host, port: 80 }, '--port', code).message).toMatch(message);
	});
});

describe('urlOf', () => {
	it.each([
		['127.0.0.1', 'http://127.0.0.1:7070'],
		['0.0.0.0', 'http://127.0.0.1:7070'],
		['::', 'http://127.0.0.1:7070'],
		['::1', 'http://[::1]:7070'],
		['shop.example', 'http://shop.example:7070'],
	])('of a server that listens on %s is %s', (address, url) => {
		expect(urlOf(address, 7070)).toBe(url);
	});
});
