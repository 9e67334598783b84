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
 * @param scripts by their paths
 */
export async function startSite(
	html: (path: string) => string,
	scripts: Record<string, string> = {},
): Promise<SiteServer> {
	const server = createServer((request, response) => {
		const path = request.url ?? '/';
		const script = scripts[path];
		response.setHeader('content-type', `text/${script === undefined ? 'html' : 'javascript'}; charset=utf-8`);
		response.end(script ?? html(path));
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
