import uws from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { SenderAddress } from '../../limits/sender-address.js';
import {
	type Engine,
	type EngineHandlers,
	type Exchange,
	type ListenAddress,
	ListenError,
	type Listening,
	type PageSocketHandlers,
	type RepeatedLines,
} from '../engine.js';
import type { Reply } from '../http.js';
import type { PageSocket } from '../page-socket.js';
import type { SocketConnection } from '../socket.js';
import { LateRequests } from './late-requests.js';
import { OpenConnections } from './open-connections.js';
import { TimeSlicedTasks } from './time-sliced-tasks.js';

// This file alone uses uWebSockets.js, and is loaded only where its native part loads. Rules of the library: a request
// object and the bytes of a message are valid only until the handler first returns or awaits; a response is not valid
// after it was aborted; and every response that is answered later needs `onAborted`, without which the process ends.

/** The engine on uWebSockets.js. */
export const uwsEngine: Engine = { name: 'uws', listen };

/** LIBUS_LISTEN_DEFAULT and LIBUS_LISTEN_EXCLUSIVE_PORT, which the library's types lack as values. */
const sharedPort = 0;
const exclusivePort = 1;

async function listen({ host, port, sharesPort }: ListenAddress, handlers: EngineHandlers): Promise<Listening> {
	const app = uws.App();
	const tracking = trackingOf(handlers);
	boundConnections(app, tracking, handlers);
	for (const route of handlers.routes) {
		app[route.method](route.path, (res, req) => handlers.serve(route, new UwsExchange(res, req, tracking)));
	}
	if (handlers.socket !== undefined)
		app.ws<UserData>(handlers.socket.path, behaviour(handlers, handlers.socket, tracking));
	app.any('/*', (res, req) => handlers.serve(handlers.nowhere, new UwsExchange(res, req, tracking)));
	const listening = listenOn(app, host, port, sharesPort ? sharedPort : exclusivePort);
	if (listening === false) throw new ListenError();
	let open = true;
	const stopListening = () => {
		if (open) uws.us_listen_socket_close(listening);
		open = false;
	};
	return {
		port: uws.us_socket_local_port(listening as unknown as uws.us_socket),
		stopListening,
		close() {
			stopListening();
			tracking.lateRequests.stop();
			app.close();
		},
	};
}

/**
 * Listens on a port, exclusively unless it is shared: otherwise a second process could share it unnoticed. The library
 * accepts host, port and options together, while its types allow only two of them. It calls back synchronously.
 */
function listenOn(app: uws.TemplatedApp, host: string, port: number, options: number): uws.us_listen_socket | false {
	type Listen = (host: string, port: number, options: number, done: (token: never) => void) => void;
	let token: uws.us_listen_socket | false = false;
	(app.listen as unknown as Listen).call(app, host, port, options, (result) => {
		token = result;
	});
	return token;
}

/**
 * Time budget for refusing requests in an iteration of the event loop, ms. Closing a connection takes a tenth of a
 * millisecond.
 */
const refusalMs = 5;

/** State of the connections, which the library does not tell apart. */
interface Tracking {
	peerOf: (address: string) => SenderAddress;
	/** Number of connections that are not WebSockets, of all networks; `openConnections` counts them by network. */
	connections: number;
	openConnections: OpenConnections;
	lateRequests: LateRequests;
	/** Requests that are refused without reading their bodies. */
	refusals: TimeSlicedTasks;
}

function trackingOf({ peerOf, connectionsPerNetworkMax }: EngineHandlers): Tracking {
	return {
		peerOf,
		connections: 0,
		openConnections: new OpenConnections(connectionsPerNetworkMax),
		lateRequests: new LateRequests(),
		refusals: new TimeSlicedTasks(refusalMs),
	};
}

/** The address at the other end of a connection. */
function peerAddressOf(res: uws.HttpResponse): string {
	return Buffer.from(res.getRemoteAddressAsText()).toString();
}

/**
 * Ends new connections above the limits, of all networks or of one. The library reports every end of a connection
 * except of those that became WebSockets, but not which connection ended.
 */
function boundConnections(
	app: uws.TemplatedApp,
	tracking: Tracking,
	{ connectionsMax, onEnded }: EngineHandlers,
): void {
	const { openConnections, lateRequests } = tracking;
	const follow = (res: uws.HttpResponse, change: unknown) => {
		tracking.connections += Number(change);
		if (change !== 1) return;
		const address = peerAddressOf(res);
		const peer = tracking.peerOf(address);
		if (tracking.connections <= connectionsMax && openConnections.mayOpen(peer)) {
			openConnections.connected(peer);
			lateRequests.connected(res, address, () => openConnections.left(peer));
			return;
		}
		onEnded('too-many');
		res.close();
	};
	app.filter(follow);
}

/** A request in progress. Reports the end of its use of the connection exactly once. */
class UwsExchange implements Exchange {
	readonly peer: string;
	readonly isHead: boolean;
	readonly #res: uws.HttpResponse;
	readonly #req: uws.HttpRequest;
	readonly #tracking: Tracking;
	/** The peer of the connection, until the request ends. */
	#peer: SenderAddress | undefined;
	#hasAbortHandler: boolean = false;

	constructor(res: uws.HttpResponse, req: uws.HttpRequest, tracking: Tracking) {
		const address = peerAddressOf(res);
		const peer = tracking.peerOf(address);
		this.peer = address;
		this.isHead = req.getMethod() === 'head';
		this.#res = res;
		this.#req = req;
		this.#tracking = tracking;
		this.#peer = peer;
		tracking.lateRequests.requested(address);
		tracking.openConnections.requested(peer);
	}

	get query(): string {
		return this.#req.getQuery();
	}

	header(name: string): string {
		return this.#req.getHeader(name);
	}

	/** The library returns only the first line of a header by its name. */
	repeatedLines(): RepeatedLines {
		const lines = { contentLengths: 0, transferEncoding: '', forwardedFor: '', contentEncoding: '' };
		this.#req.forEach((name, value) => {
			if (name === 'content-length') lines.contentLengths++;
			else if (name === 'transfer-encoding') lines.transferEncoding += `,${value}`;
			else if (name === 'x-forwarded-for') lines.forwardedFor += `,${value}`;
			else if (name === 'content-encoding') lines.contentEncoding += `,${value}`;
		});
		return lines;
	}

	onAborted(handler: () => void): void {
		this.#hasAbortHandler = true;
		this.#res.onAborted(() => {
			this.end();
			handler();
		});
	}

	onBody(take: (chunk: Uint8Array, isLast: boolean) => void): void {
		this.#res.onData((chunk, isLast) => take(new Uint8Array(chunk), isLast));
	}

	/**
	 * An answer that ends the connection is sent in a later task: the library ends a connection that sends its next
	 * request before the answer, and must not accept that request.
	 */
	answer(reply: Reply, close = false): void {
		const { refusals, openConnections } = this.#tracking;
		if (!this.#hasAbortHandler) this.onAborted(() => {});
		const isKept = !close && this.#peer !== undefined && openConnections.mayKeep(this.#peer);
		if (isKept) this.#answer(reply, false);
		else refusals.add(() => this.#answer(reply, true));
	}

	/** Records that the connection has ended or has become a WebSocket. */
	end(): void {
		if (this.#peer !== undefined) this.#tracking.openConnections.ended(this.#peer);
		this.#peer = undefined;
	}

	#answer(reply: Reply, close: boolean): void {
		const peer = this.#peer;
		if (peer === undefined) return;
		this.#res.cork(() => {
			if (!answer(this.#res, reply, this.isHead, close)) return this.end();
			this.#peer = undefined;
			this.#tracking.openConnections.answered(peer);
		});
	}
}

/** @returns whether the connection stays open */
function answer(res: uws.HttpResponse, reply: Reply, isHead: boolean, close: boolean): boolean {
	res.writeStatus(`${reply.status} ${STATUS_CODES[reply.status] ?? ''}`);
	for (const [name, value] of reply.headers) res.writeHeader(name, value);
	if (isHead && reply.body !== undefined) res.writeHeader('Content-Length', String(Buffer.byteLength(reply.body)));
	// `endWithoutBody` is called without a length: with one, this build of the library leaves the response open, and
	// then ends the process.
	const isWithoutBody = isHead || reply.body === undefined;
	if (isWithoutBody) res.endWithoutBody();
	else res.end(reply.body, close);
	return isWithoutBody || !close;
}

/** User data of a socket. The library copies its fields, so the object with methods is nested. */
interface UserData {
	page: PageSocket;
}

function behaviour(
	{ onEnded }: EngineHandlers,
	socket: PageSocketHandlers,
	tracking: Tracking,
): uws.WebSocketBehavior<UserData> {
	return {
		maxPayloadLength: socket.messageBytesMax,
		maxBackpressure: socket.backpressureBytesMax,
		idleTimeout: socket.idleSeconds,
		sendPingsAutomatically: true,
		// Compression of received messages only: the context that every batch repeats shrinks to a few bytes, at a cost
		// of 10 KB of memory per page and 2 µs per message.
		compression: uws.DEDICATED_DECOMPRESSOR_4KB,
		upgrade(res, req, context) {
			const exchange = new UwsExchange(res, req, tracking);
			const page = socket.upgrade(exchange);
			if (page === undefined) return;
			const extensions = req.getHeader('sec-websocket-extensions');
			res.upgrade({ page }, req.getHeader('sec-websocket-key'), socket.subprotocol, extensions, context);
			tracking.connections--;
			exchange.end();
		},
		open: (ws) => socket.open(ws.getUserData().page, connectionOf(ws)),
		message: (ws, message, isBinary) => socket.message(ws.getUserData().page, new Uint8Array(message), isBinary),
		ping: (ws) => socket.ping(ws.getUserData().page),
		// Called once for each socket: after a dropped message, the socket is closed and nothing more is sent.
		dropped: () => onEnded('unread'),
		close: (ws) => socket.close(ws.getUserData().page),
	};
}

/** The value of `send` when the message was dropped because too much is unsent already. */
const dropped = 2;

function connectionOf(ws: uws.WebSocket<UserData>): SocketConnection {
	return {
		send: (text) => ws.send(text) !== dropped,
		cork: (inside) => void ws.cork(inside),
		end: (code) => ws.end(code),
		close: () => ws.close(),
	};
}
