import { once } from 'node:events';
import { subprotocol } from '@footfall/protocol';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startTestCollector } from '../testing/test-collector.js';
import { unreachableWarehouse } from '../testing/unreachable-warehouse.js';

it('an idle socket is pinged before a proxy that allows 30 s of silence would close it', async () => {
	const collector = await startTestCollector(unreachableWarehouse());
	const page = new WebSocket(`${collector.publicUrl.replace('http', 'ws')}/v1/socket`, subprotocol);
	try {
		await once(page, 'open');
		await once(page, 'ping', { signal: AbortSignal.timeout(30_000) });
		expect(page.readyState).toBe(WebSocket.OPEN);
	} finally {
		page.terminate();
		await collector.remove();
	}
}, 40_000);
