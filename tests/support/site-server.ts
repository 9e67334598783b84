import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SiteServer {
	url: string;
	stop(): Promise<void>;
}

/**
 * Serves the pages of a site, on an origin of its own.
 *
 * @param html of the page at a path and query
 */
export async function startSite(html: (path: string) => string): Promise<SiteServer> {
	const server = createServer((request, response) => {
		response.setHeader('content-type', 'text/html; charset=utf-8').end(html(request.url ?? '/'));
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async stop() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
