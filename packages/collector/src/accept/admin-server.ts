import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, type Reply, type Request, type Route } from './http.js';
import { portRefusal } from './listen-or-refuse.js';
import { senderAddress } from './sender-address.js';

/** The server of the admin port. */
export interface AdminServer {
	readonly port: number;
	/** Ends every connection immediately. */
	close(): void;
}

/**
 * Maximum number of headers of a request; a request with more is refused. uWebSockets.js, which serves pages, has the
 * same limit.
 */
const headersMax = 100;

/** Timeout for receiving a request, and idle timeout of a connection, ms. */
const requestMsMax = 10_000;

/**
 * Serves routes without bodies on Node's own HTTP server, since the admin port has little load. Node answers requests
 * that cannot be parsed immediately: those without a host, with too many headers or with invalid bytes in a header.
 * uWebSockets.js leaves them without an answer until it ends their connections.
 *
 * @throws StartRefusal when the port is taken or the address does not belong to this machine
 */
export async function listenForOperators(
	flag: string,
	{ host, port, routes }: { host: string; port: number; routes: readonly Route[] },
): Promise<AdminServer> {
	const times = { headersTimeout: requestMsMax, requestTimeout: requestMsMax, keepAliveTimeout: requestMsMax };
	const server = createServer({ ...times, connectionsCheckingInterval: requestMsMax / 4 }, (request, response) => {
		void replyTo(request, routes).then((reply) => send(response, reply, request.method === 'HEAD'));
	});
	server.maxConnections = 1_000;
	try {
		server.listen({ host, port });
		await once(server, 'listening');
	} catch {
		throw portRefusal(flag, { host, port });
	}
	return {
		port: (server.address() as AddressInfo).port,
		close() {
			server.close();
			server.closeAllConnections();
		},
	};
}

const tooManyHeaders = json(431, { error: `A request may have ${headersMax} headers at most.` });
const notFound = json(404, { error: 'There is nothing at this address.' });
const internalError = json(500, { error: 'The collector could not handle this request.' });

async function replyTo(request: IncomingMessage, routes: readonly Route[]): Promise<Reply> {
	if (request.rawHeaders.length > 2 * headersMax) return tooManyHeaders;
	const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
	const method = request.method?.toLowerCase();
	const route = routes.find((each) => each.method === method && each.path === path);
	try {
		return route === undefined ? notFound : await route.handle(requestOf(request, query));
	} catch {
		return internalError;
	}
}

function requestOf({ headers, socket }: IncomingMessage, query: string): Request {
	return {
		query,
		sender: senderAddress(socket.remoteAddress ?? ''),
		client: { isGone: false },
		headers: {
			origin: headers.origin ?? '',
			'user-agent': headers['user-agent'] ?? '',
			'content-type': headers['content-type'] ?? '',
			'accept-encoding': String(headers['accept-encoding'] ?? ''),
			'if-none-match': headers['if-none-match'] ?? '',
		},
		body: new Uint8Array(0),
	};
}

function send(response: ServerResponse, { status, headers, body }: Reply, isHead: boolean): void {
	response.writeHead(status, { ...Object.fromEntries(headers), 'Content-Length': Buffer.byteLength(body ?? '') });
	response.end(isHead ? undefined : body);
}
