import uws from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import { bodyCoding } from '../inflate/body-coding.js';
import type { BodyInflater } from '../inflate/body-inflater.js';
import { clientAddress, isProxy, type TrustedProxies, trustedProxies } from '../limits/client-address.js';
import { MemoryBudget } from '../limits/memory-budget.js';
import { workBytes } from '../limits/rate-limits.js';
import { type SenderAddress, senderAddress } from '../limits/sender-address.js';
import type { CloseReason } from './abuse-counter.js';
import { Body, type BodyRefusal } from './body.js';
import { type Client, json, type Reply, type Request, type Route } from './http.js';
import { LateRequests } from './late-requests.js';
import { OpenConnections } from './open-connections.js';
import { OpenSockets } from './open-sockets.js';
import { PageSocket } from './page-socket.js';
import {
	type Bounds,
	bodyRefusals,
	hasTooManyChunks,
	retryLaterFor,
	retryLaterReply,
	runScheduled,
} from './request-limits.js';
import type { SocketRoute } from './socket.js';
import { TimeSlicedTasks } from './time-sliced-tasks.js';
import { unpackBody } from './unpack-body.js';

// This file alone uses uWebSockets.js. Rules of the library: a request object and the bytes of a message are valid only
// until the handler first returns or awaits; a response is not valid after it was aborted; and every response that is
// answered later needs `onAborted`, without which the process ends.

/** Backpressure limit of a socket: bytes that a slow reader may leave unread before it is disconnected. */
const backpressureBytesMax = 65_536;

/** LIBUS_LISTEN_DEFAULT and LIBUS_LISTEN_EXCLUSIVE_PORT, which the library's types lack as values. */
const sharedPort = 0;
const exclusivePort = 1;

/** A server on one port. */
export interface Server {
	readonly port: number;
	readonly connections: number;
	/** Sends text to every open socket. */
	broadcast(text: string): void;
	/** Stops accepting connections. */
	stopListening(): void;
	/** Closes every open socket after its pending messages were sent. */
	endSockets(): void;
	/** Ends every connection immediately. */
	close(): void;
}

/** Options of a server. */
export interface ServerOptions extends Bounds {
	host: string;
	/** 0 for any free port. */
	port: number;
	routes: readonly Route[];
	socket?: SocketRoute;
	/** Whether other processes may listen on the same port; the kernel distributes connections. @default false */
	sharesPort?: boolean;
	/** Proxies whose `X-Forwarded-For` is trusted. @default none */
	proxies?: TrustedProxies;
	/**
	 * Maximum number of open WebSockets of all senders, and of one address. There may be as many other connections, of
	 * which one address may have an eighth. @default no limit
	 */
	connectionsMax?: number;
	connectionsPerAddressMax?: number;
	/** Maximum size of all incomplete bodies together, bytes. @default no limit */
	partialBodyBytesMax?: number;
	/** Inflates compressed bodies. @default none: they get 415 */
	inflater?: BodyInflater | undefined;
	/** Called for each connection that is refused or ended. */
	onEnded?: (cause: EndedCause) => void;
}

/**
 * Reason for refusing or ending a connection: there are too many, or the page does not read its answers, or a {@link
 * CloseReason}.
 */
export type EndedCause = 'too-many' | 'unread' | CloseReason;

/** Starts a server. @returns `undefined` if the port is taken or the address is not one of this machine */
export function listen(options: ServerOptions): Server | undefined {
	const { host, port, routes, socket } = options;
	const app = uws.App();
	const sockets = new OpenSockets(options.connectionsMax, options.connectionsPerAddressMax);
	const shared = sharedOf(options);
	boundConnections(app, shared, options);
	for (const route of routes) app[route.method](route.path, (res, req) => serve(route, res, req, shared));
	if (socket !== undefined) app.ws<UserData>(socket.path, behaviour(socket, sockets, shared));
	app.any('/*', (res, req) => serve(nowhere, res, req, shared));
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
			shared.lateRequests.stop();
			app.close();
		},
	};
}

/**
 * Listens on a port, exclusively unless it is shared: otherwise a second process could share it unnoticed. The library
 * accepts host, port and options together, while its types allow only two of them. It calls back synchronously.
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

/**
 * Time budget for refusing requests in an iteration of the event loop, ms. Closing a connection takes a tenth of a
 * millisecond.
 */
const refusalMs = 5;

/** State that all requests of a server share. */
interface Shared extends Bounds {
	/** Returns the peer of a connection. A trusted proxy is exempt from limits, since it forwards many senders. */
	peerOf: (peer: string) => SenderAddress;
	/** Returns the sender of a request. */
	senderOf: (peer: string, lines: RepeatedLines) => SenderAddress;
	bodyBudget: MemoryBudget;
	/** Number of connections that are not WebSockets, of all networks; `openConnections` counts them by network. */
	connections: number;
	openConnections: OpenConnections;
	lateRequests: LateRequests;
	/** Requests that are refused without reading their bodies. */
	refusals: TimeSlicedTasks;
	inflater: BodyInflater | undefined;
	onEnded: (cause: EndedCause) => void;
}

/** Maximum share of one address of the connections that are not WebSockets. */
const connectionShare = 1 / 8;

function sharedOf(options: ServerOptions): Shared {
	const { proxies = trustedProxies([]), partialBodyBytesMax, rateLimits, scheduler, inflater } = options;
	const { onEnded = () => {} } = options;
	const { connectionsMax = Number.POSITIVE_INFINITY, connectionsPerAddressMax = Number.POSITIVE_INFINITY } = options;
	const perNetworkMax = Math.min(connectionsPerAddressMax, Math.ceil(connectionsMax * connectionShare));
	// Consecutive requests often come from one peer, such as a proxy, and a look-up among the proxies takes
	// microseconds.
	let last: { peer: string; address: SenderAddress } | undefined;
	return {
		peerOf(peer) {
			if (last?.peer === peer) return last.address;
			const address = senderAddress(clientAddress(peer, '', proxies));
			last = { peer, address: isProxy(peer, proxies) ? { ...address, isExempt: true } : address };
			return last.address;
		},
		senderOf: (peer, { forwardedFor }) => senderAddress(clientAddress(peer, forwardedFor, proxies)),
		bodyBudget: new MemoryBudget(partialBodyBytesMax ?? Number.POSITIVE_INFINITY),
		rateLimits,
		scheduler,
		connections: 0,
		openConnections: new OpenConnections(perNetworkMax),
		lateRequests: new LateRequests(),
		refusals: new TimeSlicedTasks(refusalMs),
		inflater,
		onEnded,
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
function boundConnections(app: uws.TemplatedApp, shared: Shared, { connectionsMax }: ServerOptions): void {
	const max = connectionsMax ?? Number.POSITIVE_INFINITY;
	const { openConnections, lateRequests } = shared;
	const follow = (res: uws.HttpResponse, change: unknown) => {
		shared.connections += Number(change);
		if (change !== 1) return;
		const address = peerAddressOf(res);
		const peer = shared.peerOf(address);
		if (shared.connections <= max && openConnections.mayOpen(peer)) {
			openConnections.connected(peer);
			lateRequests.connected(res, address, () => openConnections.left(peer));
			return;
		}
		shared.onEnded('too-many');
		res.close();
	};
	app.filter(follow);
}

/** Headers of which all lines matter. The library returns only the first line. */
interface RepeatedLines {
	/**
	 * Number of `Content-Length` lines. With two lengths, a proxy in front may use the one and the library the other:
	 * bytes that are part of the body for one of them are a request of another sender for the other (request
	 * smuggling).
	 */
	contentLengths: number;
	/** All `X-Forwarded-For` lines joined: some proxies add a line below that of the sender. */
	forwardedFor: string;
	/** All `Content-Encoding` lines joined: several lines are several codings. */
	contentEncoding: string;
}

function repeatedLinesOf(req: uws.HttpRequest): RepeatedLines {
	const lines = { contentLengths: 0, forwardedFor: '', contentEncoding: '' };
	req.forEach((name, value) => {
		if (name === 'content-length') lines.contentLengths++;
		else if (name === 'x-forwarded-for') lines.forwardedFor += `,${value}`;
		else if (name === 'content-encoding') lines.contentEncoding += `,${value}`;
	});
	return lines;
}

const ambiguous = json(400, { error: 'A request may have only one Content-Length.' });

/** A request in progress. Reports the end of its use of the connection exactly once. */
class PendingRequest {
	readonly #shared: Shared;
	/** The peer of the connection, until the request ends. */
	#peer: SenderAddress | undefined;

	constructor(shared: Shared, address: string) {
		const peer = shared.peerOf(address);
		this.#shared = shared;
		this.#peer = peer;
		shared.lateRequests.requested(address);
		shared.openConnections.requested(peer);
	}

	/**
	 * Answers the request unless it has ended. With `close`, or if its network has many connections, the connection is
	 * ended as well. This happens in a later task: the library ends a connection that sends its next request before the
	 * answer, and must not accept that request.
	 */
	answer(res: uws.HttpResponse, reply: Reply, isHead: boolean, close = false): void {
		const { refusals, openConnections } = this.#shared;
		const isKept = !close && this.#peer !== undefined && openConnections.mayKeep(this.#peer);
		if (isKept) this.#answer(res, reply, isHead, false);
		else refusals.add(() => this.#answer(res, reply, isHead, true));
	}

	/** Records that the connection has ended or has become a WebSocket. */
	end(): void {
		if (this.#peer !== undefined) this.#shared.openConnections.ended(this.#peer);
		this.#peer = undefined;
	}

	#answer(res: uws.HttpResponse, reply: Reply, isHead: boolean, close: boolean): void {
		const peer = this.#peer;
		if (peer === undefined) return;
		res.cork(() => {
			if (!answer(res, reply, isHead, close)) return this.end();
			this.#peer = undefined;
			this.#shared.openConnections.answered(peer);
		});
	}
}

/** Refuses a request without reading its body or later requests of the connection. */
function refuse(pending: PendingRequest, res: uws.HttpResponse, reply: Reply, isHead = false): void {
	res.onAborted(() => pending.end());
	pending.answer(res, reply, isHead, true);
}

function serve(route: typeof nowhere, res: uws.HttpResponse, req: uws.HttpRequest, shared: Shared): void {
	const peer = peerAddressOf(res);
	const pending = new PendingRequest(shared, peer);
	const isHead = req.getMethod() === 'head';
	const lines = repeatedLinesOf(req);
	if (lines.contentLengths > 1) {
		refuse(pending, res, ambiguous, isHead);
		return;
	}
	const sender = shared.senderOf(peer, lines);
	const length = req.getHeader('content-length');
	// Without a length, as with chunked encoding, the amount to read for a `retry-later` answer is unknown.
	const isReadInDebt = route.readsInDebt === true && length !== '' && Number(length) <= route.bodyBytesMax;
	const wait = retryLaterFor(sender, route.bodyBytesMax === 0 || isReadInDebt, shared);
	if (wait !== undefined) {
		refuse(pending, res, route.retryLater?.(wait) ?? retryLaterReply(wait), isHead);
		return;
	}
	const client: Client = { isGone: false };
	const body = new Body(route.bodyBytesMax, shared.bodyBudget, sender);
	res.onAborted(() => {
		// Receiving an aborted body was work too.
		shared.rateLimits?.charge(sender, body.bytes);
		client.isGone = true;
		pending.end();
		body.drop();
		client.onGone?.();
	});
	const reply = (result: Reply, close = false) => {
		if (!client.isGone) pending.answer(res, result, isHead, close);
		client.isGone = true;
	};
	const request: Request = { query: req.getQuery(), headers: headersOf(req), sender, client, body: noBody };
	const run = (whole: Uint8Array) => {
		request.body = whole;
		try {
			const result = route.handle(request);
			if (result instanceof Promise) result.then(reply, () => reply(internalError));
			else reply(result);
		} catch {
			reply(internalError);
		}
	};
	if (route.bodyBytesMax === 0) {
		runScheduled(sender, shared, () => run(noBody));
		return;
	}
	const isAnnouncedTooLarge = Number(length) > route.bodyBytesMax;
	const coding = bodyCoding(lines.contentEncoding);
	const unpackAndRun = (whole: Uint8Array) => {
		unpackBody(whole, coding, route, sender, shared).then(
			(unpacked) => (unpacked.ok ? run(unpacked.bytes) : reply(unpacked.reply)),
			() => reply(internalError),
		);
	};
	readBody(res, body, {
		check: (chunk, isLast) => {
			if (isAnnouncedTooLarge) return 'tooLarge';
			const why = body.add(chunk, isLast);
			return why ?? (hasTooManyChunks(body, isReadInDebt, sender, shared) ? 'busy' : undefined);
		},
		// Most bodies are not compressed, and are handled in the same task.
		done: coding === 'identity' ? run : unpackAndRun,
		refuse: (why, chunk) => {
			shared.rateLimits?.charge(sender, workBytes.refusal + body.bytes);
			const received = body.bytes === 0 ? chunk : body.received;
			reply(route[why]?.(received) ?? bodyRefusals[why], true);
		},
	});
}

const noBody = new Uint8Array(0);

/** Reads the headers by name, so that all requests have objects of one shape and no arrays are allocated. */
function headersOf(req: uws.HttpRequest): Request['headers'] {
	return {
		origin: req.getHeader('origin'),
		authorization: req.getHeader('authorization'),
		'user-agent': req.getHeader('user-agent'),
		'content-type': req.getHeader('content-type'),
		'accept-encoding': req.getHeader('accept-encoding'),
		'if-none-match': req.getHeader('if-none-match'),
	};
}

/** The route for all other requests. */
const nowhere: Omit<Route, 'method' | 'path'> = {
	bodyBytesMax: 0,
	handle: () => json(404, { error: 'There is nothing at this address.' }),
};

const internalError: Reply = json(500, { error: 'The collector could not handle this request.' });

interface BodyReader {
	/**
	 * Takes a chunk.
	 * @returns the reason for refusing the body, if there is one
	 */
	check(chunk: Uint8Array, isLast: boolean): BodyRefusal | undefined;
	done(whole: Uint8Array): void;
	/** @param chunk the chunk that led to the refusal */
	refuse(why: BodyRefusal, chunk: Uint8Array): void;
}

/** Reads a body and checks each chunk: the library does not limit bodies. */
function readBody(res: uws.HttpResponse, body: Body, { check, done, refuse }: BodyReader): void {
	let refused = false;
	res.onData((chunk, isLast) => {
		if (refused) return;
		const bytes = new Uint8Array(chunk);
		const why = check(bytes, isLast);
		if (why === undefined) {
			if (isLast) done(body.take());
			return;
		}
		refused = true;
		refuse(why, bytes);
		body.drop();
	});
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

const tooMany = json(503, { error: 'Too many connections; retry later.' }, ['Retry-After', '60']);

function behaviour(route: SocketRoute, sockets: OpenSockets, shared: Shared): uws.WebSocketBehavior<UserData> {
	return {
		maxPayloadLength: route.messageBytesMax,
		maxBackpressure: backpressureBytesMax,
		idleTimeout: route.idleSeconds,
		sendPingsAutomatically: true,
		// Compression of received messages only: the context that every batch repeats shrinks to a few bytes, at a cost
		// of 10 KB of memory per page and 2 µs per message.
		compression: uws.DEDICATED_DECOMPRESSOR_4KB,
		upgrade(res, req, context) {
			const peer = peerAddressOf(res);
			const pending = new PendingRequest(shared, peer);
			const lines = repeatedLinesOf(req);
			if (lines.contentLengths > 1) return refuse(pending, res, ambiguous);
			const sender = shared.senderOf(peer, lines);
			const wait = shared.rateLimits?.debt(sender);
			shared.rateLimits?.charge(sender, workBytes.upgrade);
			if (wait !== undefined) {
				shared.onEnded('excess');
				return refuse(pending, res, retryLaterReply(wait));
			}
			const offered = req.getHeader('sec-websocket-protocol').split(',');
			if (!offered.some((name) => name.trim() === route.subprotocol)) {
				const error = `Request the WebSocket sub-protocol ${route.subprotocol}.`;
				return refuse(pending, res, json(400, { error }));
			}
			if (!sockets.mayOpen(sender)) {
				shared.onEnded('too-many');
				return refuse(pending, res, tooMany);
			}
			const page = new PageSocket(req.getHeader('origin'), req.getHeader('user-agent'), sender);
			const extensions = req.getHeader('sec-websocket-extensions');
			res.upgrade({ page }, req.getHeader('sec-websocket-key'), route.subprotocol, extensions, context);
			shared.connections--;
			pending.end();
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
		ping(ws) {
			route.ping?.(ws.getUserData().page);
		},
		dropped() {
			// Called once for each socket: after a dropped message, the socket is closed and nothing more is sent.
			shared.onEnded('unread');
		},
		close(ws) {
			const { page } = ws.getUserData();
			if (page.closing !== undefined) shared.onEnded(page.closing);
			page.disconnect();
			sockets.delete(page);
		},
	};
}
