import { startHttpServer } from '@footfall/http-server';
import { readAssets } from './assets.js';
import { createRespond } from './respond.js';
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
	const { host, port } = options;
	const server = await startHttpServer({
		host,
		port,
		answer({ method, path }) {
			const reply = respond(method, path);
			return { ...reply, headers: { 'X-Content-Type-Options': 'nosniff', ...reply.headers } };
		},
		onFault(error) {
			// Every page is in memory, so this is a fault of the shop itself, which the operator of the demo should
			// see.
			process.emitWarning(error as Error);
		},
	}).catch((error: NodeJS.ErrnoException) => {
		throw refusal(error, host, port);
	});
	return { url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`, stop: server.stop };
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
