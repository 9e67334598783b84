import { once } from 'node:events';
import { type Ack, encode, type ServerMessage, subprotocol, type WireBatch, type WireEvent } from '@footfall/protocol';
import WebSocket from 'ws';

/** A page without a browser: sends batches on a real WebSocket and remembers which were acknowledged. */
export class PageClient {
	readonly acks = new Map<number, string>();
	readonly #socket: WebSocket;
	readonly #visitor: number;
	readonly #stream: number;

	private constructor(socket: WebSocket, visitor: number, stream: number) {
		this.#socket = socket;
		this.#visitor = visitor;
		this.#stream = stream;
		socket.on('error', () => undefined);
		socket.on('message', (data) => {
			const message: ServerMessage = JSON.parse(String(data));
			if (message[0] === 'ack') this.#onAck(message);
		});
	}

	static async connect(collectorUrl: string, visitor: number, stream: number): Promise<PageClient> {
		const socket = new WebSocket(`${collectorUrl.replace('http', 'ws')}/v1/socket`, subprotocol);
		const client = new PageClient(socket, visitor, stream);
		await once(socket, 'open');
		return client;
	}

	/** @param count events of the batch */
	send(sequence: number, count: number): void {
		const events = Array.from({ length: count }, (_, i): WireEvent => [i, 0, 'view', 'page', 'main']);
		const batch: WireBatch = [
			1,
			'shop',
			this.#visitor,
			this.#stream,
			sequence,
			Date.now(),
			[['http://shop.test/main']],
			events,
		];
		this.#socket.send(encode(batch));
	}

	close(): void {
		this.#socket.terminate();
	}

	#onAck([, , sequence, outcome]: Ack): void {
		if (sequence !== null) this.acks.set(sequence, outcome);
	}
}
