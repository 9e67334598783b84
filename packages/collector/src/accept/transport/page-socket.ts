import type { SenderAddress } from '../limits/sender-address.js';
import { AbuseCounter, type CloseReason } from './abuse-counter.js';
import type { Socket, SocketConnection } from './socket.js';

/** WebSocket close code: the server is stopping. */
const goingAway = 1001;

/** WebSocket close codes: policy violation, and try again later. */
const closeCodes: Record<CloseReason, number> = { malformed: 1008, excess: 1013 };

/** The WebSocket of one page. After it was disconnected, sending does nothing. */
export class PageSocket implements Socket {
	readonly origin: string;
	readonly userAgent: string;
	readonly address: string;
	readonly isExempt: boolean;
	readonly network: string;
	readonly wideNetwork: string;
	readonly abuse: AbuseCounter = new AbuseCounter();
	/** Reason for which the collector has closed the socket, if it has. */
	closing: CloseReason | undefined;
	#connection: SocketConnection | undefined;
	#outgoing: string[] = [];

	constructor(origin: string, userAgent: string, sender: SenderAddress) {
		this.origin = origin;
		this.userAgent = userAgent;
		this.address = sender.address;
		this.isExempt = sender.isExempt;
		this.network = sender.network;
		this.wideNetwork = sender.wideNetwork;
	}

	get isClosed(): boolean {
		return this.closing !== undefined;
	}

	connect(connection: SocketConnection): void {
		this.#connection = connection;
	}

	disconnect(): void {
		this.#connection = undefined;
		this.#outgoing = [];
	}

	send(text: string): void {
		if (this.#connection === undefined) return;
		// The acks of one commit group follow each other in one iteration of the event loop, and are sent together at
		// its end.
		if (this.#outgoing.push(text) === 1) queueMicrotask(() => this.#flush());
	}

	end(): void {
		this.#end(goingAway);
	}

	close(why: CloseReason): void {
		this.closing ??= why;
		this.#end(closeCodes[why]);
	}

	drop(): void {
		this.#connection?.close();
	}

	#end(code: number): void {
		this.#flush();
		const connection = this.#connection;
		// Nothing may be sent on the socket afterwards.
		this.disconnect();
		connection?.end(code);
	}

	#flush(): void {
		const connection = this.#connection;
		const outgoing = this.#outgoing;
		this.#outgoing = [];
		if (connection === undefined || outgoing.length === 0) return;
		let dropped = false;
		connection.cork(() => {
			for (const text of outgoing) dropped ||= !connection.send(text);
		});
		if (dropped) connection.close();
	}
}
