import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Shop, startShop } from '../shop.js';

export interface ShopUnderTest extends Shop {
	/** Origin from which the pages load the script. */
	readonly scriptOrigin: string;
}

/**
 * Starts the shop, and a server that serves a script to its pages and refuses every other request, as a collector that
 * is down does.
 *
 * @param script content of `/footfall.js`; empty to simulate a browser that blocks the tracker
 */
export async function startShopWithScript(script: string | Buffer): Promise<ShopUnderTest> {
	const server = createServer((request, response) => {
		const found = request.url === '/footfall.js';
		response.writeHead(found ? 200 : 503, { 'Content-Type': 'text/javascript' }).end(found ? script : '');
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const scriptOrigin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const shop = await startShop({ host: '127.0.0.1', port: 0, collectorUrl: scriptOrigin, site: 'shop' });
	return {
		url: shop.url,
		scriptOrigin,
		async stop() {
			await shop.stop();
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}
