import { type Ack, type ServerMessage, subprotocol } from '@footfall/protocol';
import { WebSocket } from 'ws';

/** Callbacks for the events of a socket. */
export interface SocketWatch {
	acked(ack: Ack): void;
	/** Called once, whichever side closed the socket, also when it never opened. */
	closed(): void;
}

/** One WebSocket of pages to one collector. */
export class PageSocket {
	readonly collector: number;
	readonly #socket: WebSocket;

	/** @param collector number of the collector @param url where it is */
	constructor(collector: number, url: string, watch: SocketWatch) {
		this.collector = collector;
		this.#socket = new WebSocket(`${url.replace('http', 'ws')}/v1/socket`, subprotocol, {
			perMessageDeflate: false,
			origin: 'https://shop.example',
		});
		// The event 'close' follows and is handled.
		this.#socket.on('error', () => undefined);
		this.#socket.on('message', (data) => {
			const message: ServerMessage = JSON.parse(String(data));
			if (message[0] === 'ack') watch.acked(message);
		});
		this.#socket.once('close', () => watch.closed());
	}

	get isOpen(): boolean {
		return this.#socket.readyState === WebSocket.OPEN;
	}

	send(frame: Uint8Array): void {
		this.#socket.send(frame, () => undefined);
	}

	/** Drops the connection without a close frame, as a phone in a tunnel does. */
	cut(): void {
		this.#socket.terminate();
	}
}
