import type { SenderAddress } from '../limits/sender-address.js';
import type { CloseReason } from './abuse-counter.js';
import type { Answering, Reply, Route } from './http.js';
import type { PageSocket } from './page-socket.js';
import type { SocketConnection } from './socket.js';

/**
 * The implementations of HTTP and WebSocket: `uws` is uWebSockets.js, `node` is Node's own http with the package ws.
 */
export const engineNames = ['uws', 'node'] as const;

export type EngineName = (typeof engineNames)[number];

/**
 * An implementation of HTTP and WebSocket. It accepts connections, parses requests and messages, and bounds what a
 * client can make it hold: time without a request, size of headers, pace of bodies and of answers that are not read.
 * Everything else is decided by its {@link EngineHandlers}, which are the same for every engine.
 */
export interface Engine {
	readonly name: EngineName;
	/** @throws ListenError when it cannot listen on the address, or cannot share its port */
	listen(address: ListenAddress, handlers: EngineHandlers): Promise<Listening>;
}

export interface ListenAddress {
	host: string;
	/** 0 for any free port. */
	port: number;
	/** Whether other processes may listen on the same port; the kernel distributes connections. */
	sharesPort: boolean;
}

/** The failure to listen on an address. */
export class ListenError extends Error {
	/** Code of the operating system, such as `EADDRINUSE`, if the engine reports it. */
	readonly code: string | undefined;

	constructor(code?: string) {
		super(`cannot listen${code === undefined ? '' : `: ${code}`}`);
		this.code = code;
	}
}

/** A port on which an engine listens. */
export interface Listening {
	readonly port: number;
	/** Stops accepting connections. */
	stopListening(): void;
	/** Ends every connection immediately. */
	close(): void;
}

/** Maximum number of connections that are not WebSockets. */
export interface ConnectionBounds {
	connectionsMax: number;
	/** An IPv6 /48 may have four times as many. Exempt peers have no limit. */
	connectionsPerNetworkMax: number;
}

/**
 * Share of the maximum above which a connection of the network is ended with its answer instead of being kept for the
 * next request.
 */
export const keptShare = 1 / 4;

/**
 * Reason for refusing or ending a connection: there are too many, or the page does not read its answers, or a {@link
 * CloseReason}.
 */
export type EndedCause = 'too-many' | 'unread' | CloseReason;

/** The callbacks of an engine. */
export interface EngineHandlers extends ConnectionBounds {
	readonly routes: readonly Route[];
	/** Answers every other request. */
	readonly nowhere: Answering;
	readonly socket: PageSocketHandlers | undefined;
	/** Returns the networks of the address at the other end of a connection. */
	peerOf(address: string): SenderAddress;
	/** Handles a request: answers it now or later, unless it is aborted before. */
	serve(route: Answering, exchange: Exchange): void;
	onEnded(cause: EndedCause): void;
}

/** The callbacks of an engine for WebSockets. */
export interface PageSocketHandlers {
	readonly path: string;
	readonly subprotocol: string;
	readonly messageBytesMax: number;
	/** See `SocketRoute`. */
	readonly idleSeconds: number;
	/** Bytes that a slow reader may leave unread before it is disconnected. */
	readonly backpressureBytesMax: number;
	/** Decides on a request for a WebSocket. @returns `undefined` if it was answered with a refusal */
	upgrade(exchange: Exchange): PageSocket | undefined;
	open(page: PageSocket, connection: SocketConnection): void;
	message(page: PageSocket, bytes: Uint8Array, isBinary: boolean): void;
	/** Called for a control frame that is answered or ignored. */
	ping(page: PageSocket): void;
	close(page: PageSocket): void;
}

/** Headers of which all lines matter. */
export interface RepeatedLines {
	/**
	 * Number of `Content-Length` lines. With two lengths, a proxy in front may use the one and the engine the other:
	 * bytes that are part of the body for one of them are a request of another sender for the other (request
	 * smuggling).
	 */
	contentLengths: number;
	/** All `Transfer-Encoding` lines joined. */
	transferEncoding: string;
	/** All `X-Forwarded-For` lines joined: some proxies add a line below that of the sender. */
	forwardedFor: string;
	/** All `Content-Encoding` lines joined: several lines are several codings. */
	contentEncoding: string;
}

/** A request and its answer. The parts of the request can be read only until the handler first returns or awaits. */
export interface Exchange {
	/** Address of the other end of the connection, as text. */
	readonly peer: string;
	readonly isHead: boolean;
	/** Raw query, without the `?`. */
	readonly query: string;
	/** Value of the first line of a header, whose name is in lower case; empty if there is none. */
	header(name: string): string;
	repeatedLines(): RepeatedLines;
	/** Sets the handler that is called, at most once, when the client disconnects before the answer. */
	onAborted(handler: () => void): void;
	/**
	 * Reads the body. Without a call of this, the body is not read.
	 *
	 * @param take called with each chunk, also after the answer; the last call may have no bytes. Bytes may be reused
	 * after it, except those of the last chunk
	 */
	onBody(take: (chunk: Uint8Array, isLast: boolean) => void): void;
	/**
	 * Answers the request unless it has ended, at most once. The connection ends, too, if its network has many.
	 *
	 * @param close whether the connection ends in any case, without reading more of it @default false
	 */
	answer(reply: Reply, close?: boolean): void;
}
