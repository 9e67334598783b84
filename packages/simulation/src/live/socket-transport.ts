import { once } from 'node:events';
import { connect, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type Ack, subprotocol } from '@footfall/protocol';
import { WebSocket } from 'ws';
import { type Answer, headersOf, type Parcel, type Sender, type Transport } from './transport.js';

type Answered = (answer: Answer, retryAfterMs: number) => void;

/** Connections that are being opened at the same time. */
const openingMax = 100;

/** A socket for every shopper, as pages have it. A batch goes over one whose device and place are its own. */
export class SocketTransport implements Transport {
	readonly #url: string;
	readonly #bySender = new Map<string, Line[]>();
	#isClosed: boolean = false;

	/** @param address of the collector, `http://127.0.0.1:7070`, or https */
	constructor(address: string) {
		this.#url = `${address.replace(/^http/, 'ws').replace(/\/$/, '')}/v1/socket`;
	}

	async open(senders: readonly Sender[]): Promise<void> {
		for (let n = 0; n < senders.length; n += openingMax) {
			await Promise.all(senders.slice(n, n + openingMax).map((sender) => this.#add(sender).opened));
		}
	}

	send(parcel: Parcel, answered: Answered): void {
		const lines = this.#bySender.get(keyOf(parcel.sender)) ?? [];
		const line = lines[parcel.visitor % lines.length] ?? this.#add(parcel.sender);
		line.send(parcel, answered);
	}

	close(): void {
		this.#isClosed = true;
		for (const lines of this.#bySender.values()) for (const line of lines) line.end();
	}

	#add(sender: Sender): Line {
		const key = keyOf(sender);
		const lines = this.#bySender.get(key) ?? [];
		this.#bySender.set(key, lines);
		const line = new Line(this.#url, sender, () => {
			const at = lines.indexOf(line);
			if (at !== -1) lines.splice(at, 1);
			// The shopper's page connects again, now or with the next batch.
			if (!this.#isClosed && lines.length === 0) this.#bySender.delete(key);
		});
		lines.push(line);
		return line;
	}
}

function keyOf({ profile, place }: Sender): string {
	return `${profile.index} ${place.country}`;
}

/** One socket, and what is on its way over it. */
class Line {
	readonly opened: Promise<unknown>;
	readonly #socket: WebSocket;
	#tcp: Socket | undefined;
	readonly #waiting = new Map<string, Answered>();
	/** Sent when it is open. */
	#early: Uint8Array[] | undefined = [];

	constructor(url: string, sender: Sender, onClose: () => void) {
		const socket = new WebSocket(url, subprotocol, {
			perMessageDeflate: false,
			skipUTF8Validation: true,
			headers: headersOf(sender),
			createConnection: ((connection: TcpNetConnectOpts) => {
				this.#tcp = url.startsWith('wss:') ? connectSecurely(connection) : connect(connection);
				return this.#tcp;
			}) as typeof connect,
			// Masks protect proxies from pages, and nobody is in between here. Without any, head and body would be written apart.
			generateMask: (mask) => {
				mask[0] = 1;
			},
		});
		this.#socket = socket;
		this.opened = once(socket, 'open');
		this.opened.catch(() => undefined);
		socket.on('open', () => {
			for (const bytes of this.#early ?? []) socket.send(bytes);
			this.#early = undefined;
		});
		// 'close' follows and says all there is to know.
		socket.on('error', () => undefined);
		socket.on('message', (data) => this.#read(data as Buffer));
		socket.on('close', () => {
			onClose();
			for (const answered of this.#waiting.values()) answered('lost', 0);
			this.#waiting.clear();
		});
	}

	send({ stream, sequence, bytes }: Parcel, answered: Answered): void {
		const key = `${stream},${sequence}`;
		const copy = this.#waiting.get(key);
		// Two copies at the same time have one name: the first answer is both's.
		this.#waiting.set(key, copy === undefined ? answered : both(copy, answered));
		if (this.#early) this.#early.push(bytes);
		else this.#write(bytes);
	}

	/** What is sent in one turn, a click and the view it leads to, goes out in one piece. */
	#write(bytes: Uint8Array): void {
		const tcp = this.#tcp;
		if (tcp !== undefined && tcp.writableCorked === 0) {
			tcp.cork();
			process.nextTick(() => tcp.uncork());
		}
		this.#socket.send(bytes, ignore);
	}

	end(): void {
		this.#socket.terminate();
	}

	#read(data: Buffer): void {
		const text = data.toString('latin1');
		if (!text.startsWith(ackHead)) return;
		const keyEnd = text.indexOf(',', text.indexOf(',', ackHead.length) + 1);
		const key = text.slice(ackHead.length, keyEnd);
		const answered = this.#waiting.get(key);
		this.#waiting.delete(key);
		if (text.startsWith(stored, keyEnd)) {
			answered?.('stored', 0);
			return;
		}
		const [, , , outcome, retryAfterMs = 0] = JSON.parse(text) as Ack;
		answered?.(outcome, retryAfterMs);
	}
}

/** An address made of numbers is nobody's name. */
function connectSecurely(connection: TcpNetConnectOpts & ConnectionOptions): Socket {
	const { host = '' } = connection;
	return connectTls({ ...connection, ...(isIP(host) === 0 ? { servername: host } : {}) });
}

/** What most messages are; parsed as JSON they would cost as much as all else about an answer. */
const ackHead = '["ack",';
const stored = ',"stored"';

function both(one: Answered, other: Answered): Answered {
	return (answer, retryAfterMs) => {
		one(answer, retryAfterMs);
		other(answer, retryAfterMs);
	};
}

function ignore(): void {
	// What fails is answered as lost when the socket closes.
}
