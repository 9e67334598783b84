import { urlOf } from '@footfall/host';
import { startHttpServer } from '@footfall/http-server';
import { readAssets } from './assets.js';
import { collectorOrigin } from './collector-address.js';
import type { ServerReports } from './orders/server-reports.js';
import { ShopOrders } from './orders/shop-orders.js';
import { createRespond } from './respond.js';

export interface ShopOptions {
	/** Address to listen on, such as `127.0.0.1`. */
	readonly host: string;
	/** Port to listen on; 0 for any free one. */
	readonly port: number;
	/** URL of the collector, from which pages load `/footfall.js`, such as `http://127.0.0.1:7070`. */
	readonly collectorUrl: string;
	/** Site key of the shop at the collector. */
	readonly site: string;
	/** Reports of the shop's server to the collector. @default none: only pages tell of orders */
	readonly reports?: Pick<ServerReports, 'order' | 'refund'> | undefined;
}

export interface Shop {
	readonly url: string;
	/** Closes every connection and the port. */
	stop(): Promise<void>;
}

/**
 * Serves the shop's pages.
 *
 * @throws StartRefusal when it cannot listen on the port, or pages cannot send to the collector's URL
 */
export async function startShop(options: ShopOptions): Promise<Shop> {
	const context = { collectorOrigin: collectorOrigin(options.collectorUrl), site: options.site };
	const respond = createRespond(context, await readAssets());
	const { host, port, reports } = options;
	const orders = reports && new ShopOrders(reports);
	const server = await startHttpServer({
		host,
		port,
		portFlag: '--shop-port',
		answer({ method, path, headers, body }) {
			if (method === 'POST' && path === '/cart/checkout') orders?.place(body, headers['user-agent']);
			if (method === 'POST' && path === '/cart/return') orders?.takeBack(body);
			const reply = respond(method, path);
			return { ...reply, headers: { 'X-Content-Type-Options': 'nosniff', ...reply.headers } };
		},
		onFault(error) {
			// Every page is in memory, so an error is a fault of the shop, which the operator of the demo should see.
			process.emitWarning(error as Error);
		},
	});
	return { url: urlOf(host, server.port), stop: server.stop };
}
