import uws from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import { clientAddress, isProxy, type TrustedProxies, trustedProxies } from '../limits/client-address.js';
import { SharedRoom } from '../limits/memory-budget.js';
import { workBytes } from '../limits/rate-limits.js';
import { type SenderAddress, senderAddress } from '../limits/sender-address.js';
import type { Closing } from './abuse-counter.js';
import { Body, type BodyRefusal } from './body.js';
import { type Client, json, type Reply, type Request, type Route } from './http.js';
import { LateRequests } from './late-requests.js';
import { OpenConnections } from './open-connections.js';
import { OpenSockets } from './open-sockets.js';
import { PageSocket } from './page-socket.js';
import { type Bounds, comeAgain, hasTooManyPieces, inTurn, waitOf } from './request-limits.js';
import type { SocketRoute } from './socket.js';
import { PacedWork } from './time-sliced-tasks.js';

// The only file that knows uWebSockets.js. Its rules: a request object is valid only inside its handler's first turn, a
// response not after it was aborted, a message's bytes not after the handler's first turn, and every response that is
// answered later needs `onAborted`, without which the process ends.

/** Bytes that a slow reader may leave unread before it is disconnected. */
const backpressureBytesMax = 65_536;

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
export interface ServerOptions extends Bounds {
	host: string;
	/** 0 for any free port. */
	port: number;
	routes: readonly Route[];
	socket?: SocketRoute;
	/** Other processes may listen on the same port too; the kernel spreads connections over them. @default false */
	sharesPort?: boolean;
	/** Proxies whose `X-Forwarded-For` is believed. @default none */
	proxies?: TrustedProxies;
	/**
	 * Open sockets of all senders, and of one address; more are refused. As many connections again may be no sockets, of which one
	 * address has an eighth at most. @default no bound
	 */
	connectionsMax?: number;
	connectionsPerAddressMax?: number;
	/** Bytes of bodies that have come in part only. @default no bound */
	partialBodyBytesMax?: number;
	/** Told of connections that are refused or ended. */
	onEnded?: (cause: EndedCause) => void;
}

/**
 * Reason for refusing or ending a connection: there are too many, the page does not read its answers, or see {@link
 * Closing}.
 */
export type EndedCause = 'too-many' | 'unread' | Closing;

/** Listens; `undefined` when the port is taken or the address is not this machine's. */
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

/**
 * Time budget for refusing requests in a turn of the event loop, ms: closing a connection takes a tenth of a
 * millisecond.
 */
const refusalMs = 5;

/** What all requests of a server have in common. */
interface Shared extends Bounds {
	/** The other end of a connection; a proxy that is trusted is exempt, since it speaks for many. */
	peerOf: (peer: string) => SenderAddress;
	/** The sender of a request. */
	senderOf: (peer: string, lines: RepeatedLines) => SenderAddress;
	bodyRoom: SharedRoom;
	/** Connections that did not become sockets, of all networks and of each. */
	connections: number;
	openConnections: OpenConnections;
	lateRequests: LateRequests;
	/** Requests that are refused without reading their bodies. */
	refusals: PacedWork;
	onEnded: (cause: EndedCause) => void;
}

/** The share of one address of the connections that are not WebSockets. */
const connectionShare = 1 / 8;

function sharedOf(options: ServerOptions): Shared {
	const { proxies = trustedProxies([]), partialBodyBytesMax, admission, turns, onEnded = () => {} } = options;
	const { connectionsMax = Number.POSITIVE_INFINITY, connectionsPerAddressMax = Number.POSITIVE_INFINITY } = options;
	const perNetworkMax = Math.min(connectionsPerAddressMax, Math.ceil(connectionsMax * connectionShare));
	// Many requests in a row come from one peer, such as a proxy, and looking one up among the proxies takes microseconds.
	let last: { peer: string; address: SenderAddress } | undefined;
	return {
		peerOf(peer) {
			if (last?.peer === peer) return last.address;
			const address = senderAddress(clientAddress(peer, '', proxies));
			last = { peer, address: isProxy(peer, proxies) ? { ...address, isExempt: true } : address };
			return last.address;
		},
		senderOf: (peer, { forwardedFor }) => senderAddress(clientAddress(peer, forwardedFor, proxies)),
		bodyRoom: new SharedRoom(partialBodyBytesMax ?? Number.POSITIVE_INFINITY),
		admission,
		turns,
		connections: 0,
		openConnections: new OpenConnections(perNetworkMax),
		lateRequests: new LateRequests(),
		refusals: new PacedWork(refusalMs),
		onEnded,
	};
}

/** The address at the other end of a connection. */
function peerAddressOf(res: uws.HttpResponse): string {
	return Buffer.from(res.getRemoteAddressAsText()).toString();
}

/**
 * Ends connections at once that are too many, of all networks or of one. The library tells of every end but that of one that
 * became a socket; not whose it was.
 */
function boundConnections(app: uws.TemplatedApp, shared: Shared, { connectionsMax }: ServerOptions): void {
	const max = connectionsMax ?? Number.POSITIVE_INFINITY;
	const { openConnections, lateRequests } = shared;
	const follow = (res: uws.HttpResponse, change: unknown) => {
		shared.connections += Number(change);
		if (change !== 1) return;
		const address = peerAddressOf(res);
		const peer = shared.peerOf(address);
		if (shared.connections <= max && openConnections.hasRoomFor(peer)) {
			openConnections.connected(peer);
			lateRequests.connected(res, address, () => openConnections.left(peer));
			return;
		}
		shared.onEnded('too-many');
		res.close();
	};
	app.filter(follow);
}

/** Headers that matter in all their lines; the library itself gives only the first one. */
interface RepeatedLines {
	/**
	 * Of two lengths a proxy in front may have gone by the other one than the library: then what follows on the connection
	 * is somebody else's request for the one, and part of the body for the other.
	 */
	contentLengths: number;
	/** Some proxies write a line of their own below the sender's: all of them, as if they were one. */
	forwardedFor: string;
}

function repeatedLinesOf(req: uws.HttpRequest): RepeatedLines {
	const lines = { contentLengths: 0, forwardedFor: '' };
	req.forEach((name, value) => {
		if (name === 'content-length') lines.contentLengths++;
		else if (name === 'x-forwarded-for') lines.forwardedFor += `,${value}`;
	});
	return lines;
}

const ambiguous = json(400, { error: 'A request may have one Content-Length only.' });

/** One request: how it ends for its connection is told once. */
class UnderWay {
	readonly #shared: Shared;
	/** The other end, until the request is over. */
	#peer: SenderAddress | undefined;

	constructor(shared: Shared, address: string) {
		const peer = shared.peerOf(address);
		this.#shared = shared;
		this.#peer = peer;
		shared.lateRequests.requested(address);
		shared.openConnections.requested(peer);
	}

	/**
	 * Answers it unless it is over, and ends its connection where that must be, or where its network has many. Not at once then: the
	 * library ends a connection that sends a next request before its answer, and must not take that one.
	 */
	answer(res: uws.HttpResponse, reply: Reply, isHead: boolean, close = false): void {
		const { refusals, openConnections } = this.#shared;
		const isKept = !close && this.#peer !== undefined && openConnections.mayKeep(this.#peer);
		if (isKept) this.#answer(res, reply, isHead, false);
		else refusals.soon(() => this.#answer(res, reply, isHead, true));
	}

	/** Its connection has ended, or has become a socket. */
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

/** Refuses a request whose body, or what follows it, is not to be read. */
function refuse(underWay: UnderWay, res: uws.HttpResponse, reply: Reply, isHead = false): void {
	res.onAborted(() => underWay.end());
	underWay.answer(res, reply, isHead, true);
}

function serve(route: typeof nowhere, res: uws.HttpResponse, req: uws.HttpRequest, shared: Shared): void {
	const peer = peerAddressOf(res);
	const underWay = new UnderWay(shared, peer);
	const isHead = req.getMethod() === 'head';
	const lines = repeatedLinesOf(req);
	if (lines.contentLengths > 1) {
		refuse(underWay, res, ambiguous, isHead);
		return;
	}
	const sender = shared.senderOf(peer, lines);
	const length = req.getHeader('content-length');
	// Without a length, as in chunks, nobody knows how much is to be read for an answer that says to wait.
	const isReadInDebt = route.readsInDebt === true && length !== '' && Number(length) <= route.bodyBytesMax;
	const wait = waitOf(sender, route.bodyBytesMax === 0 || isReadInDebt, shared);
	if (wait !== undefined) {
		refuse(underWay, res, route.putOff?.(wait) ?? comeAgain(wait), isHead);
		return;
	}
	const client: Client = { isGone: false };
	const body = new Body(route.bodyBytesMax, shared.bodyRoom, sender);
	res.onAborted(() => {
		// Receiving an aborted body has been work too.
		shared.admission?.charge(sender, body.bytes);
		client.isGone = true;
		underWay.end();
		body.drop();
		client.onGone?.();
	});
	const reply = (result: Reply, close = false) => {
		if (!client.isGone) underWay.answer(res, result, isHead, close);
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
		inTurn(sender, shared, () => run(noBody));
		return;
	}
	const isAnnouncedTooLarge = Number(length) > route.bodyBytesMax;
	readBody(res, body, {
		judge: (piece, isLast) => {
			if (isAnnouncedTooLarge) return 'tooLarge';
			const why = body.add(piece, isLast);
			return why ?? (hasTooManyPieces(body, isReadInDebt, sender, shared) ? 'busy' : undefined);
		},
		done: run,
		refuse: (why, piece) => {
			shared.admission?.charge(sender, workBytes.refusal + body.bytes);
			const begun = body.bytes === 0 ? piece : body.begun;
			reply(route[why]?.(begun) ?? bodyRefusals[why], true);
		},
	});
}

const noBody = new Uint8Array(0);

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

/** The route for all other requests. */
const nowhere: Omit<Route, 'method' | 'path'> = {
	bodyBytesMax: 0,
	handle: () => json(404, { error: 'There is nothing at this address.' }),
};

const internalError: Reply = json(500, { error: 'The collector could not handle this request.' });

const bodyRefusals: Record<BodyRefusal, Reply> = {
	tooLarge: json(413, { error: 'The body is too large.' }),
	busy: json(503, { error: 'There are too many bodies under way, come again later.' }, ['Retry-After', '1']),
};

interface BodyReader {
	/**
	 * Takes a chunk.
	 * @returns the reason for refusing the body, if there is one
	 */
	judge(piece: Uint8Array, isLast: boolean): BodyRefusal | undefined;
	done(whole: Uint8Array): void;
	/** @param piece with which it is refused */
	refuse(why: BodyRefusal, piece: Uint8Array): void;
}

/** Gathers a body and counts as it comes: the library has no limit of its own. */
function readBody(res: uws.HttpResponse, body: Body, { judge, done, refuse }: BodyReader): void {
	let refused = false;
	res.onData((piece, isLast) => {
		if (refused) return;
		const bytes = new Uint8Array(piece);
		const why = judge(bytes, isLast);
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
	// Never with a length: in this build of the library that leaves the response open, and then ends the process.
	const isWithoutBody = isHead || reply.body === undefined;
	if (isWithoutBody) res.endWithoutBody();
	else res.end(reply.body, close);
	return isWithoutBody || !close;
}

/** The library copies the fields of what it is given, so the object with methods goes one level down. */
interface UserData {
	page: PageSocket;
}

const tooMany = json(503, { error: 'There are too many connections, come again later.' }, ['Retry-After', '60']);

function behaviour(route: SocketRoute, sockets: OpenSockets, shared: Shared): uws.WebSocketBehavior<UserData> {
	return {
		maxPayloadLength: route.messageBytesMax,
		maxBackpressure: backpressureBytesMax,
		idleTimeout: route.idleSeconds,
		sendPingsAutomatically: true,
		// What pages send, not what they get: the context that every batch repeats shrinks to a few bytes, for 10 KB of memory a page and 2 µs a message.
		compression: uws.DEDICATED_DECOMPRESSOR_4KB,
		upgrade(res, req, context) {
			const peer = peerAddressOf(res);
			const underWay = new UnderWay(shared, peer);
			const lines = repeatedLinesOf(req);
			if (lines.contentLengths > 1) return refuse(underWay, res, ambiguous);
			const sender = shared.senderOf(peer, lines);
			const wait = shared.admission?.debt(sender);
			shared.admission?.charge(sender, workBytes.upgrade);
			if (wait !== undefined) {
				shared.onEnded('excess');
				return refuse(underWay, res, comeAgain(wait));
			}
			const offered = req.getHeader('sec-websocket-protocol').split(',');
			if (!offered.some((name) => name.trim() === route.subprotocol)) {
				const error = `Ask for the WebSocket sub-protocol ${route.subprotocol}.`;
				return refuse(underWay, res, json(400, { error }));
			}
			if (!sockets.hasRoomFor(sender)) {
				shared.onEnded('too-many');
				return refuse(underWay, res, tooMany);
			}
			const page = new PageSocket(req.getHeader('origin'), req.getHeader('user-agent'), sender);
			const extensions = req.getHeader('sec-websocket-extensions');
			res.upgrade({ page }, req.getHeader('sec-websocket-key'), route.subprotocol, extensions, context);
			shared.connections--;
			underWay.end();
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
			// Once for each: the page's socket sends nothing after what was dropped, and is closed.
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
