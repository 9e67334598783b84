import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Held, type RoomBounds, surplusOf } from './surplus.js';

interface Connection extends Held {
	readonly socket: Socket;
	/** Requests that have begun and are not answered to the end. */
	readonly open: Set<IncomingMessage>;
	/** Called once, when no whole request is open. */
	whenAnswered?: (() => void) | undefined;
}

/** The open connections of a server. When there are too many of them, those end that have been waiting for their senders longest. */
export class Connections {
	readonly #bounds: RoomBounds;
	readonly #held = new Map<Socket, Connection>();
	#order = 0;
	#unheard: Connection[] | undefined;

	constructor(bounds: RoomBounds) {
		this.#bounds = bounds;
	}

	add(socket: Socket): void {
		const connection: Connection = {
			socket,
			address: socket.remoteAddress?.replace(/^::ffff:/, '') ?? '',
			answering: 0,
			open: new Set(),
			order: this.#order++,
			isHeard: false,
		};
		this.#held.set(socket, connection);
		socket.once('close', () => this.#held.delete(socket));
		this.#makeRoomLater(connection);
	}

	/** A request has begun. @returns how many of its connection are open now */
	begin(incoming: IncomingMessage): number {
		return this.#held.get(incoming.socket)?.open.add(incoming).size ?? 0;
	}

	/** The answer to a request was written to its end, or was given up. */
	finish(incoming: IncomingMessage): void {
		const connection = this.#held.get(incoming.socket);
		if (!connection) return;
		connection.open.delete(incoming);
		this.progress(incoming.socket);
		if (isAnswered(connection)) connection.whenAnswered?.();
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

	/** Calls `then` as soon as the whole requests of a connection are answered, which may be now. It is read no further. */
	afterAnswers(socket: Socket, then: () => void): void {
		const connection = this.#held.get(socket);
		if (!connection || isAnswered(connection)) then();
		else connection.whenAnswered = then;
	}

	endAll(): void {
		for (const socket of this.#held.keys()) socket.destroy();
	}

	/**
	 * Room is made two turns of the event loop later: in between, what was sent along with a connection is read. Otherwise a burst of empty
	 * connections would end one that comes with a whole request.
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
