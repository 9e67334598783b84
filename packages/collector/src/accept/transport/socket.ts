import type { Sender } from '../limits/sender-address.js';
import type { Closing, Conduct } from './abuse-counter.js';

/** The connection of one page, as the routes see it. Origin and user agent are those of the upgrade. */
export interface Socket extends Sender {
	/** Conduct of the sender so far. */
	readonly conduct: Conduct;
	/**
	 * Sends text; messages of one turn leave together. A page that reads too slowly to take it is disconnected: it connects
	 * again and sends again what it has no answer for, whereas a lost ack would leave it waiting.
	 */
	send(text: string): void;
	/** Ends the connection at once. */
	drop(): void;
	/** Ends the connection after the pending messages were sent, and reads nothing more from it. */
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
	/** Called for a ping, which the library answers. */
	ping?: (socket: Socket) => void;
}
