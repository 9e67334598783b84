import { type HttpReply, type HttpServer, startHttpServer } from '@footfall/http-server';
import { json, type Reply } from '../accept/transport/http.js';
import type { Logger } from '../logger.js';

/** One path of the admin port. Its answer to `GET` and `HEAD` depends on nothing else in the request. */
export interface AdminRoute {
	path: string;
	handle: () => Reply | Promise<Reply>;
}

interface AdminServerOptions {
	host: string;
	/** 0 for any free port. */
	port: number;
	routes: readonly AdminRoute[];
	logger: Logger;
}

/**
 * Serves the admin port on the HTTP server that the dashboard has: it bounds the connections of each network, so that
 * no network keeps operators out, and answers requests that cannot be parsed immediately.
 *
 * @throws StartRefusal when the port is taken or the address does not belong to this machine
 */
export async function listenForOperators(
	flag: string,
	{ host, port, routes, logger }: AdminServerOptions,
): Promise<HttpServer> {
	const onFault = (error: unknown) => logger.error({ err: error }, 'the admin port could not answer a request');
	return startHttpServer({
		host,
		port,
		portFlag: flag,
		async answer({ method, path }) {
			const isRead = method === 'GET' || method === 'HEAD';
			const route = isRead ? routes.find((each) => each.path === path) : undefined;
			try {
				return httpReply(route === undefined ? notFound : await route.handle());
			} catch (error) {
				onFault(error);
				return httpReply(internalError);
			}
		},
		onFault,
	});
}

const notFound = json(404, { error: 'There is nothing at this address.' });
const internalError = json(500, { error: 'The collector could not handle this request.' });

function httpReply({ status, headers, body = '' }: Reply): HttpReply {
	return { status, headers: Object.fromEntries(headers), body };
}
