import { once } from 'node:events';
import {
	type Ack,
	encode,
	eventId,
	type ServerMessage,
	subprotocol,
	type WireBatch,
	type WireEvent,
} from '@footfall/protocol';
import WebSocket from 'ws';

/** Events of each batch of `keepSending`. */
export const eventsPerBatch = 20;

/** A page without a browser: sends batches over a WebSocket, and records those that are acknowledged. */
export class PageClient {
	readonly acks = new Map<number, string>();
	readonly #socket: WebSocket;
	readonly #visitor: number;
	readonly #stream: number;
	#sending: NodeJS.Timeout | undefined;

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

	/** @param count number of events in the batch */
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

	/** Sends a batch every `everyMs` until `stopSending` or `close`. */
	keepSending(everyMs = 5): void {
		let sequence = 0;
		this.#sending = setInterval(() => this.send(sequence++, eventsPerBatch), everyMs);
	}

	stopSending(): void {
		clearInterval(this.#sending);
	}

	/** Ids of all events of acknowledged batches of `keepSending`. */
	ackedIds(): string[] {
		const stored = [...this.acks].filter(([, outcome]) => outcome === 'stored' || outcome === 'duplicate');
		return stored.flatMap(([sequence]) =>
			Array.from({ length: eventsPerBatch }, (_, index) => eventId(this.#visitor, this.#stream, sequence, index)),
		);
	}

	close(): void {
		this.stopSending();
		this.#socket.terminate();
	}

	#onAck([, , sequence, outcome]: Ack): void {
		if (sequence !== null) this.acks.set(sequence, outcome);
	}
}
