import { closeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { bindSharedPort } from './shared-port.js';

const freePort = async (host: string) => {
	const server = createServer().listen({ host, port: 0 });
	await new Promise((resolve) => server.once('listening', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
};

it.runIf(process.platform === 'linux').each(['127.0.0.1', '::1'])('servers share a port of %s', async (host) => {
	const port = await freePort(host);
	const answered = new Set<string>();
	const servers = await Promise.all(
		['first', 'second'].map(async (name) => {
			const bound = bindSharedPort(host, port);
			if (!('fd' in bound)) throw new Error(bound.code);
			const server = createServer((_, response) => response.end(name)).listen({ fd: bound.fd });
			await new Promise((resolve) => server.once('listening', resolve));
			return server;
		}),
	);
	const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
	for (let i = 0; i < 100 && answered.size < 2; i++) {
		answered.add(await (await fetch(url, { headers: { Connection: 'close' } })).text());
	}
	expect(answered).toEqual(new Set(['first', 'second']));
	for (const server of servers) server.close();
});

it.runIf(process.platform === 'linux')(
	'a port that another program does not share, and a foreign address, are reported',
	async () => {
		const server = createServer().listen({ host: '127.0.0.1', port: 0 });
		await new Promise((resolve) => server.once('listening', resolve));
		const { port } = server.address() as AddressInfo;
		expect(bindSharedPort('127.0.0.1', port)).toEqual({ code: 'EADDRINUSE' });
		server.close();
		expect(bindSharedPort('198.51.100.1', 0)).toEqual({ code: 'EADDRNOTAVAIL' });
		const bound = bindSharedPort('127.0.0.1', 0);
		if ('fd' in bound) closeSync(bound.fd);
		expect(bound).toEqual({ fd: expect.any(Number) });
	},
);
