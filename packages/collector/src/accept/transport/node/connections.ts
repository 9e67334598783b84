import type { Socket } from 'node:net';
import type { SenderAddress } from '../../limits/sender-address.js';
import { type ConnectionBounds, keptShare } from '../engine.js';
import { NetworkCounts } from '../network-counts.js';

/** A connection, from its start until it ends. */
export interface Connection {
	readonly socket: Socket;
	/** Address of the other end, as text. */
	readonly address: string;
	readonly peer: SenderAddress;
	/** State of its last request: none is in progress, its body is being received, or its answer is being computed. */
	phase: 'idle' | 'body' | 'answer';
	/** Number of answers that Node has not written completely. */
	unwritten: number;
	/** Whether it ends after its last answer, so that what it sends is discarded. */
	isEnding: boolean;
	/** Whether it has become a WebSocket, which has limits of its own. */
	isPage: boolean;
}

/** The open connections, and those that are not WebSockets by network. */
export class Connections {
	readonly #bounds: ConnectionBounds;
	readonly #open = new Map<Socket, Connection>();
	readonly #counts = new NetworkCounts();
	/** Number of connections that are not WebSockets. */
	#count = 0;

	constructor(bounds: ConnectionBounds) {
		this.#bounds = bounds;
	}

	has(socket: Socket): boolean {
		return this.#open.has(socket);
	}

	of(socket: Socket): Connection | undefined {
		return this.#open.get(socket);
	}

	/** Takes a new connection. @returns whether the limits, of all networks and of one, allow it */
	open(socket: Socket, address: string, peer: SenderAddress): boolean {
		if (this.#count >= this.#bounds.connectionsMax) return false;
		if (!peer.isExempt && !this.#counts.isBelow(peer, this.#bounds.connectionsPerNetworkMax)) return false;
		const connection: Connection = {
			socket,
			address,
			peer,
			phase: 'idle',
			unwritten: 0,
			isEnding: false,
			isPage: false,
		};
		this.#open.set(socket, connection);
		this.#count++;
		if (!peer.isExempt) this.#counts.add(peer);
		socket.once('close', () => {
			this.#open.delete(socket);
			if (!connection.isPage) this.#uncount(connection);
		});
		return true;
	}

	/** Returns whether a connection may stay open for another request. */
	mayKeep({ peer }: Connection): boolean {
		return peer.isExempt || this.#counts.isBelow(peer, this.#bounds.connectionsPerNetworkMax * keptShare);
	}

	/** Records that the connection has become a WebSocket. */
	upgraded(connection: Connection): void {
		connection.isPage = true;
		this.#uncount(connection);
	}

	/** Ends every connection immediately. */
	destroyAll(): void {
		for (const socket of this.#open.keys()) socket.destroy();
	}

	#uncount({ peer }: Connection): void {
		this.#count--;
		if (!peer.isExempt) this.#counts.remove(peer);
	}
}
