import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { plainAddress, senderNetworks } from '@footfall/addresses';
import { type Held, type RoomBounds, surplusOf } from './surplus.js';

interface Connection extends Held {
	readonly socket: Socket;
	/** Requests that have begun and are not answered to the end. */
	readonly open: Set<IncomingMessage>;
	/** Settles when the last of them is answered. */
	line: Promise<void>;
	/** Called once, when no whole request is open. */
	whenAnswered?: (() => void) | undefined;
}

interface ConnectionBounds extends RoomBounds {
	/** Requests of one connection that are not answered yet. */
	openRequestsMax: number;
}

/**
 * The open connections of a server. When there are too many of them, those end that have been waiting for their senders
 * longest.
 */
export class Connections {
	readonly #bounds: ConnectionBounds;
	readonly #held = new Map<Socket, Connection>();
	#order = 0;
	#unheard: Connection[] | undefined;

	constructor(bounds: ConnectionBounds) {
		this.#bounds = bounds;
	}

	add(socket: Socket): void {
		const connection: Connection = {
			socket,
			...senderNetworks(plainAddress(socket.remoteAddress ?? '')),
			answering: 0,
			open: new Set(),
			line: Promise.resolve(),
			order: this.#order++,
			isHeard: false,
		};
		this.#held.set(socket, connection);
		socket.once('close', () => this.#held.delete(socket));
		this.#makeRoomLater(connection);
	}

	/**
	 * Works on a request when those before it on its connection are answered: answers leave in that order anyway, and
	 * whoever sends many requests at once gets no more of our time than others. A connection with too many of them is
	 * ended.
	 *
	 * @param work settles when the answer was taken, or the connection is closed; never rejects
	 */
	inTurn(incoming: IncomingMessage, work: () => Promise<void>): void {
		const { socket } = incoming;
		const connection = this.#held.get(socket);
		if (!connection) return;
		if (connection.open.size >= this.#bounds.openRequestsMax) {
			socket.destroy();
			return;
		}
		connection.open.add(incoming);
		connection.line = connection.line.then(async () => {
			if (!socket.destroyed) await work();
			connection.open.delete(incoming);
			this.progress(socket);
			if (isAnswered(connection)) connection.whenAnswered?.();
		});
	}

	/** Its sender has taken a part of an answer. */
	progress(socket: Socket): void {
		const connection = this.#held.get(socket);
		if (connection) connection.order = this.#order++;
	}

	isAnswering(socket: Socket): boolean {
		return (this.#held.get(socket)?.answering ?? 0) > 0;
	}

	/** Works on an answer; as long as that takes the connection is not ended. */
	async whileAnswering<Answer>(socket: Socket, work: () => Promise<Answer> | Answer): Promise<Answer> {
		const connection = this.#held.get(socket);
		if (connection) connection.answering++;
		try {
			return await work();
		} finally {
			if (connection) connection.answering--;
			this.progress(socket);
		}
	}

	/**
	 * Calls `then` as soon as the whole requests of a connection are answered, which may be now. It is read no further.
	 */
	afterAnswers(socket: Socket, then: () => void): void {
		const connection = this.#held.get(socket);
		if (!connection || isAnswered(connection)) then();
		else connection.whenAnswered = then;
	}

	endAll(): void {
		for (const socket of this.#held.keys()) socket.destroy();
	}

	/**
	 * Room is made two turns of the event loop later: in between, what was sent along with a connection is read.
	 * Otherwise a burst of empty connections would end one that comes with a whole request.
	 */
	#makeRoomLater(connection: Connection): void {
		if (this.#unheard) {
			this.#unheard.push(connection);
			return;
		}
		const batch = [connection];
		this.#unheard = batch;
		setImmediate(() => {
			this.#unheard = undefined;
			setImmediate(() => {
				for (const each of batch) each.isHeard = true;
				for (const { socket } of surplusOf(this.#held.values(), this.#bounds)) socket.destroy();
			});
		});
	}
}

/** A request that is not whole will not be answered when its connection is read no further. */
function isAnswered({ open }: Connection): boolean {
	return ![...open].some(({ complete }) => complete);
}
