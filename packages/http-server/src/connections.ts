import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { plainAddress, senderNetworks } from '@footfall/addresses';
import { type Held, type RoomBounds, surplusOf } from './surplus.js';

interface Connection extends Held {
	readonly socket: Socket;
	/** Requests that have begun and are not completely answered. */
	readonly open: Set<IncomingMessage>;
	/** Settles when the last of them is answered. */
	line: Promise<void>;
	/** Called once, when no complete request is unanswered. */
	whenAnswered?: (() => void) | undefined;
}

interface ConnectionBounds extends RoomBounds {
	/** Maximum number of unanswered requests of one connection. */
	openRequestsMax: number;
}

/**
 * The open connections of a server. When there are too many, the connections that have been waiting longest for their
 * senders end.
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
	 * Handles a request after the earlier requests of its connection are answered: answers leave in that order anyway,
	 * and a sender that pipelines many requests gets no more processing time than others. A connection with too many
	 * requests is ended.
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

	/** Records that the sender has read a part of an answer. */
	progress(socket: Socket): void {
		const connection = this.#held.get(socket);
		if (connection) connection.order = this.#order++;
	}

	isAnswering(socket: Socket): boolean {
		return (this.#held.get(socket)?.answering ?? 0) > 0;
	}

	/** Handles a request. While this runs, the connection is ended only if connections being answered are too many. */
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
	 * Calls `then` as soon as the complete requests of a connection are answered, which may be immediately. Nothing
	 * more is read from the connection.
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
	 * Surplus connections end two turns of the event loop later: meanwhile the server reads the bytes that were sent
	 * along with a new connection. Otherwise a burst of empty connections would end one that has sent a complete
	 * request.
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

/** An incomplete request is not answered when nothing more is read from its connection. */
function isAnswered({ open }: Connection): boolean {
	return ![...open].some(({ complete }) => complete);
}
