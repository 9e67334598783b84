import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { monotonicNowMs } from '../../../monotonic-clock.js';
import type { EndedCause, PageSocketHandlers } from '../engine.js';
import type { PageSocket } from '../page-socket.js';
import type { SocketConnection } from '../socket.js';
import { deflateOffer } from './deflate-offer.js';

/**
 * Bounds of a message that arrives in pieces, each of which is an object of its own until the message is complete.
 * Browsers do not split a batch, and a network splits it into a few dozen packets.
 */
const piecesMax = 512;
/** Time that a client has to answer a close frame before its connection is cut, ms. */
const closeTimeoutMs = 2_000;
/**
 * Time between two looks for idle sockets, ms: silence is noticed, and a ping sent, later by up to twice as much. A
 * look at 10,000 sockets takes 0.4 ms of processor time.
 */
const idleCheckMs = 1_000;
/** Size of pending messages at which they are handed to the operating system, bytes. */
const flushBytes = 16_384;
/** Messages to pages are never compressed: an ack is a few bytes. */
const plain = { binary: false, compress: false };

/** State of the idle timeout of a socket. */
interface Activity {
	socket: Socket;
	/** Records that the WebSocket has closed. */
	close: () => void;
	bytesRead: number;
	sinceMs: number;
	isPinged: boolean;
}

/** The open WebSockets of the engine on Node's http: parsed by ws, and ended when they are idle. */
export class NodePages {
	readonly #handlers: PageSocketHandlers;
	readonly #onEnded: (cause: EndedCause) => void;
	readonly #server: WebSocketServer;
	readonly #activities = new Map<WebSocket, Activity>();
	readonly #timer: NodeJS.Timeout;

	constructor(handlers: PageSocketHandlers, onEnded: (cause: EndedCause) => void) {
		const { subprotocol, messageBytesMax, idleSeconds } = handlers;
		this.#handlers = handlers;
		this.#onEnded = onEnded;
		this.#server = new WebSocketServer({
			noServer: true,
			clientTracking: false,
			maxPayload: messageBytesMax,
			handleProtocols: () => subprotocol,
			perMessageDeflate: { zlibInflateOptions: { chunkSize: 4_096 } },
			// Pongs to a client that does not read them must not fill the memory.
			autoPong: false,
			...{ maxFragments: piecesMax, maxBufferedChunks: piecesMax, closeTimeout: closeTimeoutMs },
		});
		this.#timer = setInterval(() => this.#endIdle(), Math.min(idleCheckMs, idleSeconds * 250)).unref();
	}

	/** Makes a connection the WebSocket of a page. A request that is not valid gets 400 from ws, and no WebSocket. */
	upgrade(incoming: IncomingMessage, head: Buffer, page: PageSocket, onUpgraded: () => void): void {
		const { socket } = incoming;
		const offer = deflateOffer(incoming.headers['sec-websocket-extensions'] ?? '');
		if (offer === undefined) delete incoming.headers['sec-websocket-extensions'];
		else incoming.headers['sec-websocket-extensions'] = offer;
		this.#server.handleUpgrade(incoming, socket, head, (ws) => {
			onUpgraded();
			this.#open(ws, socket, page);
		});
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	#open(ws: WebSocket, socket: Socket, page: PageSocket): void {
		const { message, ping, open, backpressureBytesMax } = this.#handlers;
		const close = () => {
			if (this.#activities.delete(ws)) this.#handlers.close(page);
		};
		this.#activities.set(ws, {
			socket,
			close,
			// The bytes of the request for the upgrade are no activity of the WebSocket.
			bytesRead: socket.bytesRead,
			sinceMs: monotonicNowMs(),
			isPinged: false,
		});
		// Each message is checked for what came before: the answer to one may close the socket.
		const isOpen = () => ws.readyState === ws.OPEN;
		ws.on('message', (data, isBinary) => isOpen() && message(page, data as Buffer, isBinary));
		ws.on('ping', (data) => {
			if (!isOpen()) return;
			if (ws.bufferedAmount <= backpressureBytesMax) ws.pong(data);
			ping(page);
		});
		ws.on('pong', () => {
			const activity = this.#activities.get(ws);
			const isAsked = activity?.isPinged === true;
			if (activity !== undefined) activity.isPinged = false;
			if (!isAsked && isOpen()) ping(page);
		});
		// ws closes the connection with the code of the fault.
		ws.on('error', () => {});
		// The socket closes before ws has closed: ws still hands over what was received.
		socket.once('close', close);
		open(page, this.#connectionOf(ws, socket));
	}

	#connectionOf(ws: WebSocket, socket: Socket): SocketConnection {
		const { backpressureBytesMax } = this.#handlers;
		return {
			send: (text) => {
				if (socket.writableLength >= flushBytes) flush(socket);
				if (ws.bufferedAmount > backpressureBytesMax) {
					this.#onEnded('unread');
					return false;
				}
				ws.send(text, plain);
				return true;
			},
			cork(inside) {
				socket.cork();
				inside();
				socket.uncork();
			},
			end(code) {
				ws.close(code);
				// ws would parse what the client sends until it answers the close frame.
				socket.removeAllListeners('data');
				socket.resume();
				socket.end();
			},
			close: () => this.#terminate(ws),
		};
	}

	/** Ends a connection, which counts no longer. */
	#terminate(ws: WebSocket): void {
		ws.terminate();
		this.#activities.get(ws)?.close();
	}

	#endIdle(): void {
		const { idleSeconds } = this.#handlers;
		const idleMs = idleSeconds * 1_000;
		const pingMs = idleSeconds >= 32 ? idleMs - 16_000 : idleMs / 2;
		const nowMs = monotonicNowMs();
		for (const [ws, activity] of this.#activities) {
			const { socket } = activity;
			if (socket.bytesRead !== activity.bytesRead) {
				activity.bytesRead = socket.bytesRead;
				activity.sinceMs = nowMs;
			} else if (nowMs - activity.sinceMs >= idleMs) {
				this.#terminate(ws);
			} else if (nowMs - activity.sinceMs >= pingMs && !activity.isPinged) {
				activity.isPinged = true;
				ws.ping();
			}
		}
	}
}

/** Hands pending messages to the operating system, so that only those count as unread that it does not take. */
function flush(socket: Socket): void {
	socket.uncork();
	socket.cork();
}
