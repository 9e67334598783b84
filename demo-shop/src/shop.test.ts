import { StartRefusal } from '@footfall/host';
import { RawConnection } from '@footfall/http-server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerReports } from './orders/server-reports.js';
import { type Shop, startShop } from './shop.js';

const options = { host: '127.0.0.1', port: 0, collectorUrl: 'http://127.0.0.1:7070', site: 'shop' };
let shop: Shop;
let port: number;
beforeAll(async () => {
	shop = await startShop(options);
	port = Number(new URL(shop.url).port);
});
afterAll(() => shop.stop());

describe('the server of the shop', () => {
	it('answers a shopper while one address holds hundreds of incomplete requests', async () => {
		const many = await Promise.all(Array.from({ length: 300 }, () => RawConnection.open(port)));
		for (const one of many) one.send('POST /cart/checkout HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n');
		const page = await fetch(`${shop.url}/main`);
		expect(page.status).toBe(200);
		expect(page.headers.get('x-content-type-options')).toBe('nosniff');
		expect(many.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(128);
		for (const one of many) one.close();
	});

	it.each([
		['without a host', 'GET /main HTTP/1.1\r\n\r\n'],
		['with two', 'GET /main HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
		['for a tunnel', 'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n'],
		['for another server', 'GET http://x/main HTTP/1.1\r\nHost: x\r\n\r\n'],
		['with too many headers', `GET /main HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(200)}\r\n`],
	])('refuses a request %s', async (_, bytes) => {
		const [status = 0] = await (await RawConnection.open(port)).send(bytes).end();
		expect(status).toBeGreaterThanOrEqual(400);
		expect(status).toBeLessThan(500);
	});

	it.each(['6000', '10080'])(
		'refuses a collector on port %s, to which browsers send nothing, and says what to do',
		async (port) => {
			const collectorUrl = `http://127.0.0.1:${port}`;
			const message = new RegExp(`send nothing to port ${port}, .*; start the collector with another --port`);
			await expect(startShop({ ...options, collectorUrl })).rejects.toThrow(message);
			const report = () => new ServerReports({ collectorUrl, site: 'shop', key: 'shop-key-0123456789', onFault() {} });
			expect(report).toThrow(StartRefusal);
			expect(report).toThrow(message);
		},
	);

	it('leaves a user and a password out of the address to which its server sends, as its pages do', async () => {
		const collectorUrl = 'http://ada:sesame@127.0.0.1:7070';
		await new ServerReports({ collectorUrl, site: 'shop', key: 'shop-key-0123456789', onFault() {} }).close();
		await (await startShop({ ...options, collectorUrl })).stop();
	});

	it('refuses to start on a taken port, and names the port', async () => {
		const start = startShop({ ...options, port });
		await expect(start).rejects.toThrow(StartRefusal);
		await expect(start).rejects.toThrow(`port ${port} of 127.0.0.1: the port is taken`);
	});
});
