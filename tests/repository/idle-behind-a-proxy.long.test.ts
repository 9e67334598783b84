import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { subprotocol } from '@footfall/protocol';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { frame } from '../../packages/collector/src/testing/frames.js';
import { startTestCollector } from '../../packages/collector/src/testing/test-collector.js';
import { unreachableWarehouse } from '../../packages/collector/src/testing/unreachable-warehouse.js';
import { isProxyInstalled, type ProxyName, proxyPackages, startRealProxy } from '../support/real-proxies.js';

/** Longer than twice the timeouts of the configurations, which are 60 s. */
const idleMs = 130_000;

const installed = (Object.keys(proxyPackages) as ProxyName[]).filter(isProxyInstalled);

it.concurrent.each(installed)('%s, configured as the page says, leaves an idle WebSocket open', async (name) => {
	const collector = await startTestCollector(unreachableWarehouse(), { trustedProxies: ['127.0.0.1'] });
	const proxy = await startRealProxy(name, collector);
	const url = `wss://127.0.0.1:${proxy.port}/v1/socket`;
	const socket = new WebSocket(url, subprotocol, { rejectUnauthorized: false });
	try {
		await once(socket, 'message');
		await wait(idleMs);
		socket.send(frame({ stream: 1 }));
		const [message] = await once(socket, 'message');
		expect(JSON.parse(String(message))).toEqual(['ack', 1, 0, 'stored']);
	} finally {
		socket.terminate();
		await proxy.stop();
		await collector.remove();
	}
});
