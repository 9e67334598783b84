import type { SenderAddress } from '../limits/sender-address.js';
import { type Closing, Conduct } from './abuse-counter.js';
import type { Socket } from './socket.js';

/** What a page's socket needs of the library's. */
interface Connection {
	/** 2 when the text was dropped, because too much is waiting already. */
	send(text: string): number;
	/** Sends all that is sent inside with one system call. */
	cork(inside: () => void): unknown;
	end(code: number): void;
	close(): void;
}

/** WebSocket close code: the server is stopping. */
const goingAway = 1001;

/** WebSocket close codes: policy violation, and try again later. */
const closeCodes: Record<Closing, number> = { malformed: 1008, excess: 1013 };

/** One page's socket; once it is disconnected, sending does nothing. */
export class PageSocket implements Socket {
	readonly origin: string;
	readonly userAgent: string;
	readonly address: string;
	readonly isExempt: boolean;
	readonly network: string;
	readonly wideNetwork: string;
	readonly conduct: Conduct = new Conduct();
	/** Reason for which the collector closed the socket because of its sender, if it did. */
	closing: Closing | undefined;
	#connection: Connection | undefined;
	#outgoing: string[] = [];

	constructor(origin: string, userAgent: string, sender: SenderAddress) {
		this.origin = origin;
		this.userAgent = userAgent;
		this.address = sender.address;
		this.isExempt = sender.isExempt;
		this.network = sender.network;
		this.wideNetwork = sender.wideNetwork;
	}

	connect(connection: Connection): void {
		this.#connection = connection;
	}

	disconnect(): void {
		this.#connection = undefined;
		this.#outgoing = [];
	}

	send(text: string): void {
		if (this.#connection === undefined) return;
		// The acks of one sync come one after another in the same turn; they leave together at its end.
		if (this.#outgoing.push(text) === 1) queueMicrotask(() => this.#flush());
	}

	end(): void {
		this.#end(goingAway);
	}

	close(why: Closing): void {
		this.closing ??= why;
		this.#end(closeCodes[why]);
	}

	drop(): void {
		this.#connection?.close();
	}

	#end(code: number): void {
		this.#flush();
		const connection = this.#connection;
		// Nothing may be sent on the socket any more.
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
			for (const text of outgoing) dropped ||= connection.send(text) === 2;
		});
		if (dropped) connection.close();
	}
}
