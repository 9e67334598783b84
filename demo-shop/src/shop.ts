import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readAssets } from './assets.js';
import { createRespond, type Respond } from './respond.js';
import { ShopRefusal } from './shop-refusal.js';

export interface ShopOptions {
	/** Address to listen on, such as `127.0.0.1`. */
	readonly host: string;
	/** 0 takes any free port. */
	readonly port: number;
	/** Where pages load `/footfall.js` from, such as `http://127.0.0.1:7070`. */
	readonly collectorUrl: string;
	/** The shop's key at the collector. */
	readonly site: string;
}

export interface Shop {
	readonly url: string;
	/** Closes every connection and the port. */
	stop(): Promise<void>;
}

/**
 * Serves the shop's pages.
 *
 * @throws {ShopRefusal} when the port cannot be had or the collector's address is none
 */
export async function startShop(options: ShopOptions): Promise<Shop> {
	const context = { collectorOrigin: collectorOrigin(options.collectorUrl), site: options.site };
	const respond = createRespond(context, await readAssets());
	const server = createServer((request, response) => answer(respond, request, response));
	await listen(server, options);
	const { port } = server.address() as AddressInfo;
	const host = options.host.includes(':') ? `[${options.host}]` : options.host;
	return {
		url: `http://${host}:${port}`,
		stop: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function collectorOrigin(url: string): string {
	try {
		const { protocol, origin } = new URL(url);
		if (protocol === 'http:' || protocol === 'https:') return origin;
	} catch {
		// Said below, in words.
	}
	throw new ShopRefusal(`"${url}" is no collector address: give one like http://127.0.0.1:7070.`);
}

function listen(server: Server, { host, port }: ShopOptions): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, host, port)));
		server.listen(port, host, resolve);
	});
}

function refusal(error: NodeJS.ErrnoException, host: string, port: number): Error {
	const remedy = 'choose another with --shop-port.';
	if (error.code === 'EADDRINUSE') {
		return new ShopRefusal(`Port ${port} on ${host} is taken: stop what uses it, or ${remedy}`);
	}
	if (error.code === 'EACCES') return new ShopRefusal(`Port ${port} on ${host} is not yours to open: ${remedy}`);
	return new ShopRefusal(
		`The shop cannot listen on port ${port} of ${host} (${error.code ?? error.message}): ${remedy}`,
	);
}

function answer(respond: Respond, request: IncomingMessage, response: ServerResponse): void {
	// Nothing that a page posts matters to the shop.
	request.resume();
	const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
	const { status, headers, body } = respond(request.method ?? 'GET', path);
	const length = { 'Content-Length': Buffer.byteLength(body), 'X-Content-Type-Options': 'nosniff' };
	response.writeHead(status, { ...length, ...headers });
	response.end(request.method === 'HEAD' ? undefined : body);
}
