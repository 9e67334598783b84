import { once } from 'node:events';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Dashboard, startDashboard } from '@footfall/dashboard';
import { limits, subprotocol } from '@footfall/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { frame } from '../../packages/collector/src/testing/frames.js';
import { startTestCollector, type TestCollector } from '../../packages/collector/src/testing/test-collector.js';
import { unreachableWarehouse } from '../../packages/collector/src/testing/unreachable-warehouse.js';
import { eventually } from '../support/footfall-process.js';
import {
	isProxyInstalled,
	outerAddress,
	type ProxyName,
	proxyPackages,
	type RealProxy,
	startRealProxy,
} from '../support/real-proxies.js';

const event = JSON.stringify({
	dt: '2026-01-31T12:00:00Z',
	name: 'n',
	user_id: 1,
	url: 'https://shop.example/',
	obj: 'o',
});
let stream = 0;

describe.each(Object.keys(proxyPackages) as ProxyName[])('the configuration for %s', (name) => {
	const isInstalled = isProxyInstalled(name);
	let collector: TestCollector;
	let dashboard: Dashboard;
	let proxy: RealProxy;

	beforeAll(async () => {
		if (!isInstalled) return;
		collector = await startTestCollector(unreachableWarehouse(), {
			trustedProxies: ['127.0.0.1'],
			addressRate: { eventsPerSecond: 0.001, burstEvents: 10 },
		});
		dashboard = await startDashboard({
			port: 0,
			token: 'token-of-the-dashboard',
			hosts: ['stats.shop.example'],
			warehouse: unreachableWarehouse(),
			logger: { error: () => undefined, warn: () => undefined },
		});
		proxy = await startRealProxy(name, collector, dashboard.url);
	});
	afterAll(async () => {
		if (!isInstalled) return;
		await proxy.stop();
		await dashboard.stop();
		await collector.remove();
	});

	interface Sent {
		host?: string;
		headers?: Record<string, string>;
		body?: string | Uint8Array;
	}

	/** Sends a request through the proxy. @returns status, headers and text of the answer */
	function open(method: string, path: string, { host = '127.0.0.1', headers = {} }: Omit<Sent, 'body'>) {
		const { port } = proxy;
		// A page names the host that it asks, by which Caddy selects a certificate.
		const { Host: servername = '' }: { Host?: string } = headers;
		return request({ host, servername, port, method, path, headers, rejectUnauthorized: false });
	}

	async function ask(method: string, path: string, { body, ...options }: Sent = {}) {
		const [answer] = await once(open(method, path, options).end(body), 'response');
		let text = '';
		answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
		await once(answer, 'close');
		return { status: answer.statusCode as number, headers: answer.headers, text };
	}

	async function openPage(): Promise<{ socket: WebSocket; next(): Promise<unknown[]> }> {
		const url = `wss://127.0.0.1:${proxy.port}/v1/socket`;
		const socket = new WebSocket(url, subprotocol, { rejectUnauthorized: false });
		const next = async () => JSON.parse(String((await once(socket, 'message'))[0]));
		expect((await next())[0]).toBe('hello');
		return { socket, next };
	}

	it.runIf(isInstalled)('forwards the script, and events as JSON, compressed too', async () => {
		const script = await ask('GET', '/footfall.js', { headers: { 'Accept-Encoding': 'br' } });
		expect([script.status, script.headers['content-encoding']]).toEqual([200, 'br']);
		expect((await ask('HEAD', '/footfall.js')).status).toBe(200);
		const stored = [200, '{"outcome":"stored","events":1}'];
		for (let times = 0; times < 3; times++) {
			const { status, text } = await ask('POST', '/v1/events', { body: event });
			expect([status, text]).toEqual(stored);
		}
		const headers = { 'Content-Encoding': 'gzip' };
		const packed = await ask('POST', '/v1/events', { headers, body: gzipSync(event) });
		expect([packed.status, packed.text]).toEqual(stored);
	});

	it.runIf(isInstalled)('forwards the largest body, and no larger one', async () => {
		const largest = event.padEnd(limits.jsonBodyBytesMax);
		expect((await ask('POST', '/v1/events', { body: largest })).status).toBe(200);
		// The collector answers by the announced length, and closes. HAProxy then ends a client that goes on sending
		// before it has read the answer, and Caddy answers when the rest of the body has come.
		const headers = { 'Content-Length': String(limits.jsonBodyBytesMax + 1) };
		const sent = open('POST', '/v1/events', { headers });
		// The connection may break once the answer is there.
		sent.on('error', () => undefined);
		const answered = once(sent, 'response');
		sent.write(event);
		const first = await Promise.race([answered, wait(2_000)]);
		if (first === undefined) sent.end(largest.slice(event.length - 1));
		const [answer] = await answered;
		expect(answer.statusCode).toBe(413);
		sent.destroy();
	});

	it.runIf(isInstalled)('serves the dashboard under its own name, and under no other', async () => {
		const asked = async (headers: Record<string, string>) => {
			const { status, text } = await ask('GET', '/livez', { headers });
			return `${status} ${text}`;
		};
		expect(await asked({ Host: 'stats.shop.example' })).toMatch(/^200 \{"live":true\b/);
		expect(await asked({ Host: 'track.shop.example' })).toMatch(/^404 /);
		expect((await ask('GET', '/', { headers: { Host: 'stats.shop.example' } })).text).toContain('<title>');
	});

	it.runIf(isInstalled)('forwards WebSockets', async () => {
		const { socket, next } = await openPage();
		socket.send(frame({ stream: ++stream }));
		expect(await next()).toEqual(['ack', stream, 0, 'stored']);
		socket.terminate();
	});

	it.runIf(isInstalled && outerAddress !== undefined)(
		'states the address of the client, which the client cannot replace',
		async () => {
			const post = async (host: string, headers: Record<string, string> = {}) =>
				(await ask('POST', '/v1/batch', { host, headers, body: frame({ stream: ++stream, events: 8 }) })).status;
			expect(await post(outerAddress as string)).toBe(200);
			for (const forwarded of ['198.51.100.1', '127.0.0.1', '198.51.100.1, 127.0.0.1'])
				expect([forwarded, await post(outerAddress as string, { 'X-Forwarded-For': forwarded })]).toEqual([
					forwarded,
					503,
				]);
			// Another client has limits of its own; this one is on the same machine as the collector, and has none.
			expect(await post('127.0.0.1')).toBe(200);
		},
	);

	it.runIf(isInstalled && name === 'haproxy')(
		'finds the collector ready with both checks, until it stops',
		async () => {
			const { directory } = proxy;
			expect(await serversOf(directory)).toEqual({
				footfall: 'UP L7OK 200',
				collector_without_admin_port: 'UP L7OK 200',
			});
			await collector.stop();
			await eventually(async () => {
				const states = Object.values(await serversOf(directory));
				return states.every((state) => state.startsWith('DOWN')) ? true : undefined;
			});
			expect((await ask('GET', '/footfall.js')).status).toBe(503);
		},
	);

	/** State, result of the last check, and its status, by backend. They are there after the first check of each. */
	async function serversOf(directory: string): Promise<Record<string, string>> {
		return eventually(async () => {
			const socket = connect(join(directory, 'stats.sock'));
			socket.end('show stat\n');
			let text = '';
			for await (const chunk of socket) text += chunk;
			const [head = '', ...rows] = text.trim().split('\n');
			const names = head.replace('# ', '').split(',');
			const servers = rows.map((row) => Object.fromEntries(row.split(',').map((cell, at) => [names[at], cell])));
			const checked = servers.filter(
				({ svname, check_status: last }) => svname === 'collector' && /^L/.test(last ?? ''),
			);
			if (checked.length < 2) return undefined;
			return Object.fromEntries(
				checked.map((row) => [row.pxname, `${row.status} ${row.check_status} ${row.check_code}`]),
			);
		});
	}
});
