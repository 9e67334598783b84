import type { Closing, Conduct } from './conduct.js';
import type { Sender } from './sender-address.js';

/** One page's connection, as the routes see it; origin and user agent are those of the upgrade. */
export interface Socket extends Sender {
	/** How it has behaved so far. */
	readonly conduct: Conduct;
	/**
	 * Sends text; messages of one turn leave together. A page that reads too slowly to take it is disconnected: it connects
	 * again and sends again what it has no answer for, whereas a lost ack would leave it waiting.
	 */
	send(text: string): void;
	/** Ends the connection at once. */
	drop(): void;
	/** Ends the connection, after what was sent to it, and reads nothing more of it. */
	close(why: Closing): void;
}

/** What happens on a WebSocket path. */
export interface SocketRoute {
	path: string;
	/** Required of the client. */
	subprotocol: string;
	/** Longer messages end the connection. */
	messageBytesMax: number;
	/** Seconds of silence after which a page counts as gone, more than 8; it is pinged before that. */
	idleSeconds: number;
	open: (socket: Socket) => void;
	/** `bytes` are only valid until this returns or awaits. */
	message: (socket: Socket, bytes: Uint8Array, isBinary: boolean) => void;
	/** Told of a ping, which the library answers. */
	ping?: (socket: Socket) => void;
}
