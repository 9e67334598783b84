/** One page's connection, as the routes see it. */
export interface Socket {
	/** `Origin` and `User-Agent` of the upgrade. */
	readonly origin: string;
	readonly userAgent: string;
	/** IP address of the page; never kept beyond the connection. */
	readonly address: string;
	/**
	 * Sends text; messages of one turn leave together. A page that reads too slowly to take it is disconnected: it connects
	 * again and sends again what it has no answer for, whereas a lost ack would leave it waiting.
	 */
	send(text: string): void;
	/** Ends the connection at once. */
	drop(): void;
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
}
