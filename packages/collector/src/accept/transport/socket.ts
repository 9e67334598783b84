import type { Sender } from '../limits/sender-address.js';
import type { AbuseCounter, CloseReason } from './abuse-counter.js';

/** The WebSocket of one page, as routes see it. Origin and user agent are those of the upgrade request. */
export interface Socket extends Sender {
	/** Counter of the abuse by the sender. */
	readonly abuse: AbuseCounter;
	/** Whether the collector has closed the socket. Its waiting messages are then not checked. */
	readonly isClosed: boolean;
	/**
	 * Sends text. Messages of one iteration of the event loop are sent together. A page that reads too slowly is
	 * disconnected: it then reconnects and resends what it has no answer for. A lost ack would leave it waiting.
	 */
	send(text: string): void;
	/** Ends the connection immediately. */
	drop(): void;
	/** Ends the connection after the pending messages were sent. Nothing more is read from it. */
	close(why: CloseReason): void;
}

/** The connection of a WebSocket. */
export interface SocketConnection {
	/** @returns whether the text is sent; otherwise too much is unsent already, which the engine has reported */
	send(text: string): boolean;
	/** Sends everything that is sent inside with one system call. */
	cork(inside: () => void): void;
	/** Ends the connection after the pending messages were sent. Nothing more is read from it. */
	end(code: number): void;
	/** Ends the connection immediately. */
	close(): void;
}

/** The handler of a WebSocket path. */
export interface SocketRoute {
	path: string;
	/** Sub-protocol that the client must offer. */
	subprotocol: string;
	/** Maximum size of a message, bytes; a larger one ends the connection. */
	messageBytesMax: number;
	/** Idle timeout, seconds, more than 8. The page is pinged before it ends: 16 s before, if it is 32 s or more. */
	idleSeconds: number;
	open: (socket: Socket) => void;
	/** Handles a message. `bytes` are valid only until this returns or awaits. */
	message: (socket: Socket, bytes: Uint8Array, isBinary: boolean) => void;
	/** Called for a ping, which the library answers. */
	ping?: (socket: Socket) => void;
}
