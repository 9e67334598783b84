import uws from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import { clientAddress, type TrustedProxies, trustedProxies } from './client-address.js';
import { json, type Reply, type Request, type Route } from './http.js';
import { OpenSockets } from './open-sockets.js';
import { PageSocket } from './page-socket.js';
import type { SocketRoute } from './socket.js';

// The only file that knows uWebSockets.js. Its rules: a request object is valid only inside its handler's first turn, a
// response not after it was aborted, a message's bytes not after the handler's first turn, and every response that is
// answered later needs `onAborted`, without which the process ends.

/** Bytes that a slow reader may leave unread before it is disconnected. */
const backpressureBytesMax = 65_536;

/** Seconds of silence after which a connection is closed; the server pings before that. */
const idleSeconds = 120;

/** LIBUS_LISTEN_DEFAULT and LIBUS_LISTEN_EXCLUSIVE_PORT, which the library's types do not have as values. */
const sharedPort = 0;
const exclusivePort = 1;

/** A server on one port. */
export interface Server {
	readonly port: number;
	readonly connections: number;
	/** Sends text to every open socket. */
	broadcast(text: string): void;
	/** Takes no new connections. */
	stopListening(): void;
	/** Says a proper farewell to every open socket, after what was sent to it. */
	endSockets(): void;
	/** Ends every connection at once. */
	close(): void;
}

/** What to serve, and where. */
export interface ServerOptions {
	host: string;
	/** 0 for any free port. */
	port: number;
	routes: readonly Route[];
	socket?: SocketRoute;
	/** Other processes may listen on the same port too; the kernel spreads connections over them. @default false */
	sharesPort?: boolean;
	/** Proxies whose `X-Forwarded-For` is believed. @default none */
	proxies?: TrustedProxies;
	/** Open sockets of all senders, and of one address; more are refused. @default no bound */
	connectionsMax?: number;
	connectionsPerAddressMax?: number;
}

/** Listens; `undefined` when the port is taken or the address is not this machine's. */
export function listen(options: ServerOptions): Server | undefined {
	const { host, port, routes, socket, proxies = trustedProxies([]) } = options;
	const app = uws.App();
	const sockets = new OpenSockets(options.connectionsMax, options.connectionsPerAddressMax);
	const addressOf: AddressOf = (res, req) =>
		clientAddress(Buffer.from(res.getRemoteAddressAsText()).toString(), req.getHeader('x-forwarded-for'), proxies);
	for (const route of routes) app[route.method](route.path, (res, req) => serve(route, res, req, addressOf));
	if (socket !== undefined) app.ws<UserData>(socket.path, behaviour(socket, sockets, addressOf));
	app.any('/*', (res, req) => answer(res, notFound, req.getMethod() === 'head'));
	let token: uws.us_listen_socket | false = false;
	listenOn(app, host, port, options.sharesPort === true ? sharedPort : exclusivePort, (result) => {
		token = result;
	});
	if (token === false) return undefined;
	const listening = token;
	let open = true;
	const stopListening = () => {
		if (open) uws.us_listen_socket_close(listening);
		open = false;
	};
	return {
		port: uws.us_socket_local_port(listening as unknown as uws.us_socket),
		get connections() {
			return sockets.size;
		},
		broadcast(text) {
			for (const page of sockets) page.send(text);
		},
		stopListening,
		endSockets() {
			for (const page of sockets) page.end();
		},
		close() {
			stopListening();
			app.close();
		},
	};
}

/**
 * Two processes may share a port unless it is taken exclusively; the one who comes second must hear that it is taken.
 * The library takes host, port and options together, its types know only two of them at a time. It calls back at once.
 */
function listenOn(
	app: uws.TemplatedApp,
	host: string,
	port: number,
	options: number,
	done: (token: uws.us_listen_socket | false) => void,
): void {
	type Listen = (host: string, port: number, options: number, done: (token: never) => void) => void;
	(app.listen as unknown as Listen).call(app, host, port, options, done);
}

/** Who sends a request. */
type AddressOf = (res: uws.HttpResponse, req: uws.HttpRequest) => string;

function serve(route: Route, res: uws.HttpResponse, req: uws.HttpRequest, addressOf: AddressOf): void {
	let aborted = false;
	res.onAborted(() => {
		aborted = true;
	});
	const reply = (result: Reply, close = false) => {
		if (!aborted) res.cork(() => answer(res, result, route.method === 'head', close));
		aborted = true;
	};
	const headers = headersOf(req);
	const address = addressOf(res, req);
	const run = (body: Uint8Array) => {
		try {
			const result = route.handle({ query, headers, address, body });
			if (result instanceof Promise) result.then(reply, () => reply(internalError));
			else reply(result);
		} catch {
			reply(internalError);
		}
	};
	const query = req.getQuery();
	if (route.bodyBytesMax === 0) {
		run(new Uint8Array(0));
		return;
	}
	readBody(res, route.bodyBytesMax, Number(req.getHeader('content-length')), run, () => {
		reply(route.tooLarge?.() ?? json(413, { error: 'The body is too large.' }), true);
	});
}

/** Named one by one: an object of one shape, and no arrays to build it from, for every request. */
function headersOf(req: uws.HttpRequest): Request['headers'] {
	return {
		origin: req.getHeader('origin'),
		'user-agent': req.getHeader('user-agent'),
		'content-type': req.getHeader('content-type'),
		'accept-encoding': req.getHeader('accept-encoding'),
		'if-none-match': req.getHeader('if-none-match'),
	};
}

const notFound = json(404, { error: 'There is nothing at this address.' });
const internalError: Reply = json(500, { error: 'The collector could not handle this request.' });

/** Gathers a body and counts as it comes: the library has no limit of its own. */
function readBody(
	res: uws.HttpResponse,
	bytesMax: number,
	announced: number,
	done: (body: Uint8Array) => void,
	tooLarge: () => void,
): void {
	const chunks: Buffer[] = [];
	let bytes = 0;
	let refused = false;
	const refuse = () => {
		refused = true;
		chunks.length = 0;
		tooLarge();
	};
	res.onData((chunk, isLast) => {
		if (refused) return;
		bytes += chunk.byteLength;
		if (bytes > bytesMax || announced > bytesMax) return refuse();
		if (isLast && chunks.length === 0) return done(new Uint8Array(chunk));
		// A chunk's memory is the library's and is gone after this call.
		chunks.push(Buffer.from(new Uint8Array(chunk)));
		if (isLast) done(Buffer.concat(chunks, bytes));
	});
}

function answer(res: uws.HttpResponse, reply: Reply, isHead: boolean, close = false): void {
	res.writeStatus(`${reply.status} ${STATUS_CODES[reply.status] ?? ''}`);
	for (const [name, value] of reply.headers) res.writeHeader(name, value);
	if (isHead && reply.body !== undefined) res.writeHeader('Content-Length', String(Buffer.byteLength(reply.body)));
	// Never with a length: in this build of the library that leaves the response open, and then ends the process.
	if (isHead || reply.body === undefined) res.endWithoutBody();
	else res.end(reply.body, close);
}

/** The library copies the fields of what it is given, so the object with methods goes one level down. */
interface UserData {
	page: PageSocket;
}

const tooMany = json(503, { error: 'There are too many connections, come again later.' }, ['Retry-After', '60']);

function behaviour(route: SocketRoute, sockets: OpenSockets, addressOf: AddressOf): uws.WebSocketBehavior<UserData> {
	return {
		maxPayloadLength: route.messageBytesMax,
		maxBackpressure: backpressureBytesMax,
		idleTimeout: idleSeconds,
		sendPingsAutomatically: true,
		compression: uws.DISABLED,
		upgrade(res, req, context) {
			const offered = req.getHeader('sec-websocket-protocol').split(',');
			if (!offered.some((name) => name.trim() === route.subprotocol)) {
				return answer(res, json(400, { error: `Ask for the WebSocket sub-protocol ${route.subprotocol}.` }), false);
			}
			const address = addressOf(res, req);
			if (!sockets.hasRoomFor(address)) return answer(res, tooMany, false, true);
			const page = new PageSocket(req.getHeader('origin'), req.getHeader('user-agent'), address);
			const extensions = req.getHeader('sec-websocket-extensions');
			res.upgrade({ page }, req.getHeader('sec-websocket-key'), route.subprotocol, extensions, context);
		},
		open(ws) {
			const { page } = ws.getUserData();
			page.connect(ws);
			sockets.add(page);
			route.open(page);
		},
		message(ws, message, isBinary) {
			route.message(ws.getUserData().page, new Uint8Array(message), isBinary);
		},
		close(ws) {
			const { page } = ws.getUserData();
			page.disconnect();
			sockets.delete(page);
		},
	};
}
