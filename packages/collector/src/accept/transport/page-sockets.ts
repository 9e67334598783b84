import { workBytes } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';
import type { EndedCause, Exchange, PageSocketHandlers, RepeatedLines } from './engine.js';
import { json, type Reply } from './http.js';
import type { OpenSockets } from './open-sockets.js';
import { PageSocket } from './page-socket.js';
import { type Bounds, retryLaterReply } from './request-limits.js';
import { ambiguity } from './serve-request.js';
import type { SocketConnection, SocketRoute } from './socket.js';

/** Backpressure limit of a socket: bytes that a slow reader may leave unread before it is disconnected. */
const backpressureBytesMax = 65_536;

const tooMany = json(503, { error: 'Too many connections; retry later.' }, ['Retry-After', '60']);

interface Parts extends Bounds {
	sockets: OpenSockets;
	senderOf: (peer: string, lines: RepeatedLines) => SenderAddress;
	onEnded: (cause: EndedCause) => void;
}

/** The handlers of the WebSockets of a route: which requests get one, and what happens to it until it closes. */
export function pageSocketHandlers(route: SocketRoute, parts: Parts): PageSocketHandlers {
	const { sockets, onEnded } = parts;
	const { path, subprotocol, messageBytesMax, idleSeconds } = route;
	return {
		path,
		subprotocol,
		messageBytesMax,
		idleSeconds,
		backpressureBytesMax,
		upgrade: (exchange) => upgrade(route, exchange, parts),
		open(page: PageSocket, connection: SocketConnection) {
			page.connect(connection);
			sockets.add(page);
			route.open(page);
		},
		message: (page, bytes, isBinary) => route.message(page, bytes, isBinary),
		ping: (page) => route.ping?.(page),
		close(page) {
			if (page.closing !== undefined) onEnded(page.closing);
			page.disconnect();
			sockets.delete(page);
		},
	};
}

function upgrade(
	{ subprotocol }: SocketRoute,
	exchange: Exchange,
	{ sockets, senderOf, rateLimits, onEnded }: Parts,
): PageSocket | undefined {
	const refuse = (reply: Reply) => {
		exchange.answer(reply, true);
		return undefined;
	};
	const lines = exchange.repeatedLines();
	const ambiguous = ambiguity(lines);
	if (ambiguous !== undefined) return refuse(ambiguous);
	const sender = senderOf(exchange.peer, lines);
	const wait = rateLimits?.debt(sender);
	rateLimits?.charge(sender, workBytes.upgrade);
	if (wait !== undefined) {
		onEnded('excess');
		return refuse(retryLaterReply(wait));
	}
	const offered = exchange.header('sec-websocket-protocol').split(',');
	if (!offered.some((name) => name.trim() === subprotocol)) {
		const error = `Request the WebSocket sub-protocol ${subprotocol}.`;
		return refuse(json(400, { error }));
	}
	if (!sockets.mayOpen(sender)) {
		onEnded('too-many');
		return refuse(tooMany);
	}
	return new PageSocket(exchange.header('origin'), exchange.header('user-agent'), sender);
}
