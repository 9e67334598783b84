import { lookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import { bindSharedPort } from '@footfall/host/kernel';
import { monotonicNowMs } from '../../../monotonic-clock.js';
import {
	type Engine,
	type EngineHandlers,
	type ListenAddress,
	ListenError,
	type Listening,
	type PageSocketHandlers,
} from '../engine.js';
import { type Answering, json } from '../http.js';
import { type Connection, Connections } from './connections.js';
import { endConnection, rawRefusal } from './end-connection.js';
import { firstLine, headFault } from './head.js';
import { type ExchangeParts, NodeExchange, responseOf } from './node-exchange.js';
import { NodePages } from './node-pages.js';

/** The engine on Node's own http, with ws for WebSockets. It needs no native file. */
export const nodeEngine: Engine = { name: 'node', listen };

const options = {
	/** Maximum size of request line and headers, bytes: cookies of the shop may come with a batch. */
	maxHeaderSize: 16_384,
	/** Time for the head of a request, and for a connection without one, ms. */
	headersTimeout: 5_000,
	/** Bodies have a minimum pace instead, see `BodyPace`. */
	requestTimeout: 0,
	connectionsCheckingInterval: 250,
	/** Time that a connection is kept without a request, ms. */
	keepAliveTimeout: 10_000,
	/** The missing header is answered like other faults. */
	requireHostHeader: false,
};
/** Time after which a connection ends that is not read while it is written to, ms. */
const silenceMs = 10_000;
/** Connections that the operating system holds until the server accepts them. */
const backlog = 4_096;
const paceCheckMs = 1_000;
/** Maximum number of answers of one connection that Node holds until the client reads. */
const unwrittenMax = 100;

async function listen({ host, port, sharesPort }: ListenAddress, handlers: EngineHandlers): Promise<Listening> {
	const server = createServer(options);
	// No header is dropped: those that limits depend on could be among them. Too many are refused.
	server.maxHeadersCount = 0;
	server.timeout = silenceMs;
	const parts: ExchangeParts = { connections: new Connections(handlers), bodies: new Map() };
	const pages = handlers.socket && new NodePages(handlers.socket, handlers.onEnded);
	boundConnections(server, parts.connections, handlers);
	serveRequests(server, parts, handlers);
	if (handlers.socket && pages) serveUpgrades(server, parts, { ...handlers.socket, pages });
	const timer = setInterval(() => endSlowBodies(parts), paceCheckMs).unref();
	try {
		await listening(server, { backlog, ...(sharesPort ? await sharedPort(host, port) : { host, port }) });
	} catch (error) {
		clearInterval(timer);
		pages?.stop();
		throw new ListenError((error as NodeJS.ErrnoException).code);
	}
	return {
		port: (server.address() as AddressInfo).port,
		stopListening: () => void server.close(),
		close() {
			clearInterval(timer);
			pages?.stop();
			server.close();
			parts.connections.destroyAll();
		},
	};
}

/** Node shares ports between processes only from version 22.12 on, or with a parent that hands over its socket. */
async function sharedPort(host: string, port: number): Promise<{ fd: number }> {
	const { address } = await lookup(host);
	const bound = bindSharedPort(address, port);
	if ('fd' in bound) return bound;
	throw Object.assign(new Error('the port cannot be shared'), { code: bound.code });
}

function listening(server: Server, address: ListenOptions): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(address, () => {
			server.off('error', reject);
			// A failed accept, such as without a free descriptor, ends no server.
			server.on('error', () => {});
			resolve();
		});
	});
}

/** Ends new connections above the limits, and those that stay silent, send invalid bytes or do not read. */
function boundConnections(server: Server, connections: Connections, { peerOf, onEnded }: EngineHandlers): void {
	server.on('connection', (socket) => {
		// A connection comes again after its upgrade was ignored.
		if (connections.has(socket)) return;
		socket.on('error', () => {});
		const { remoteAddress } = socket;
		// It has ended already.
		if (remoteAddress === undefined) return void socket.destroy();
		if (!connections.open(socket, remoteAddress, peerOf(remoteAddress))) {
			onEnded('too-many');
			socket.destroy();
			return;
		}
		// Node calls this after an answer with `Connection: close`.
		socket.destroySoon = () => endConnection(socket);
	});
	server.on('timeout', (socket) => {
		if (connections.of(socket)?.phase !== 'answer') socket.destroy();
	});
	server.on('clientError', (error: NodeJS.ErrnoException, duplex) => {
		const socket = duplex as Socket;
		const connection = connections.of(socket);
		// After an answer that ends the connection, anything may come. While a request waits for its answer, the refusal
		// would be taken for that.
		const isAwaited = connection === undefined || connection.phase === 'answer' || connection.unwritten > 0;
		if (isAwaited || connection.isEnding || !socket.writable) {
			socket.destroy();
			return;
		}
		connection.isEnding = true;
		socket.write(rawRefusal(error.code));
		endConnection(socket);
	});
}

function serveRequests(server: Server, parts: ExchangeParts, handlers: EngineHandlers): void {
	const routes = new Map(handlers.routes.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route]));
	const serve = (incoming: IncomingMessage, response: ServerResponse, asksToContinue = false) => {
		const connection = begin(incoming.socket, parts.connections);
		if (connection === undefined) return;
		const exchange = new NodeExchange(incoming, () => response, connection, parts, asksToContinue);
		const fault = headFault(incoming);
		if (fault !== undefined) return exchange.answer(json(fault.status, { error: fault.error }), true);
		const route: Answering = routes.get(`${incoming.method} ${pathOf(incoming)}`) ?? handlers.nowhere;
		handlers.serve(route, exchange);
	};
	server.on('request', (incoming, response) => serve(incoming, response));
	server.on('checkContinue', (incoming, response) => serve(incoming, response, true));
	server.on('checkExpectation', (incoming, response) => serve(incoming, response));
}

/**
 * Returns the connection of a new request. A client that sends it before the answer to an earlier one is disconnected,
 * so that it cannot make the collector hold many requests, and so is one that lets many answers wait. After the last
 * answer, requests are ignored.
 */
function begin(socket: Socket, connections: Connections): Connection | undefined {
	const connection = connections.of(socket);
	if (connection === undefined || connection.isEnding) return undefined;
	if (connection.phase === 'idle' && connection.unwritten < unwrittenMax) return connection;
	socket.destroy();
	return undefined;
}

function pathOf({ url = '' }: IncomingMessage): string {
	const at = url.indexOf('?');
	return at < 0 ? url : url.slice(0, at);
}

interface Pages extends PageSocketHandlers {
	pages: NodePages;
}

function serveUpgrades(server: Server, parts: ExchangeParts, { path, upgrade, pages }: Pages): void {
	server.on('upgrade', (incoming: IncomingMessage, duplex, head) => {
		const socket = duplex as Socket;
		if (!isForPage(incoming, path) || headFault(incoming) !== undefined) {
			serveWithoutUpgrade(server, incoming, socket, head);
			return;
		}
		const connection = begin(socket, parts.connections);
		if (connection === undefined) return;
		const exchange = new NodeExchange(incoming, () => responseOf(incoming), connection, parts);
		const page = upgrade(exchange);
		if (page !== undefined) pages.upgrade(incoming, head, page, () => parts.connections.upgraded(connection));
	});
}

function isForPage(incoming: IncomingMessage, path: string): boolean {
	const { method, rawHeaders } = incoming;
	if (method !== 'GET' || pathOf(incoming) !== path) return false;
	return (
		firstLine(rawHeaders, 'upgrade').toLowerCase() === 'websocket' && firstLine(rawHeaders, 'sec-websocket-key') !== ''
	);
}

/**
 * Serves a request as if it had not asked for another protocol, as RFC 9110 allows: Java's client offers HTTP/2 with
 * every request. Node hands over the connection before it has read a body, so it gets the request again without the
 * headers of the upgrade.
 */
function serveWithoutUpgrade(server: Server, incoming: IncomingMessage, socket: Socket, head: Buffer): void {
	const { method, url, httpVersion, rawHeaders } = incoming;
	let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
	for (let at = 0; at < rawHeaders.length; at += 2) {
		const name = rawHeaders[at] ?? '';
		if (!/^(?:upgrade|connection|http2-settings)$/i.test(name)) text += `${name}: ${rawHeaders[at + 1]}\r\n`;
	}
	if (/\bclose\b/i.test(firstLine(rawHeaders, 'connection'))) text += 'Connection: close\r\n';
	socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
	server.emit('connection', socket);
}

function endSlowBodies({ bodies }: ExchangeParts): void {
	const nowMs = monotonicNowMs();
	for (const [{ socket }, pace] of bodies) if (pace.isTooSlow(nowMs)) socket.destroy();
}
