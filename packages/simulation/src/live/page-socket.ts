import { createHash } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { subprotocol } from '@footfall/protocol';
import { FrameReader, frames, pong } from './web-socket-frames.js';

/** Callbacks for the events of a socket. */
export interface SocketListener {
	open(): void;
	/** A text message from the collector. Its bytes are valid until this returns. */
	text(text: Buffer): void;
	/** The connection was closed, or could not be opened. */
	close(reason: Error): void;
}

/** Read buffer of all sockets: each read is processed before the next one. */
const readBuffer = Buffer.alloc(65_536);
/** Maximum size of the response to the upgrade request, bytes. */
const headBytesMax = 16_384;
/** Sec-WebSocket-Key: any sixteen bytes. */
const key = Buffer.from('footfall shopper').toString('base64');
/** The expected Sec-WebSocket-Accept, RFC 6455, 4.2.2. */
const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/**
 * A minimal WebSocket client for the messages between a page and a collector: no extensions, a mask of zeros, and a
 * single write for all messages of a turn of the event loop. A general client needs several times as much processor
 * time, and the crowd must need less than the collector that it loads.
 */
export class PageSocket {
	readonly #tcp: Socket;
	readonly #listener: SocketListener;
	readonly #reader = new FrameReader((kind, payload) => this.#message(kind, payload));
	#isOpen: boolean = false;
	#head = '';
	#unsent: Uint8Array[] = [];
	#reason = new Error('the connection was closed');

	/** @param url URL of the collector's socket, with the scheme http or https */
	constructor(url: URL, headers: Readonly<Record<string, string>>, listener: SocketListener) {
		this.#listener = listener;
		this.#tcp = this.#connect(url);
		this.#tcp.setNoDelay(true);
		this.#tcp.write(upgrade(url, headers));
		this.#tcp.on('error', (error) => {
			this.#reason = error;
		});
		this.#tcp.on('end', () => this.#tcp.destroy());
		this.#tcp.on('close', () => listener.close(this.#reason));
	}

	/** Sends a message at the end of this turn of the event loop, or when the socket is open. */
	send(bytes: Uint8Array): void {
		this.#unsent.push(bytes);
		if (this.#isOpen && this.#unsent.length === 1) flushSoon(this);
	}

	flush(): void {
		if (this.#unsent.length === 0 || this.#tcp.destroyed) return;
		this.#tcp.write(frames(this.#unsent));
		this.#unsent = [];
	}

	end(): void {
		this.#tcp.destroy();
	}

	#connect({ protocol, hostname, port }: URL): Socket {
		const host = hostname.replace(/^\[(.*)\]$/, '$1');
		if (protocol === 'https:') {
			// An IP address is not a valid server name.
			const name = isIP(host) === 0 ? { servername: host } : {};
			const tcp = connectTls({ host, port: Number(port || 443), ...name });
			return tcp.on('data', (chunk) => this.#read(chunk));
		}
		const callback = (length: number, buffer: Uint8Array) => {
			this.#read((buffer as Buffer).subarray(0, length));
			return true;
		};
		return connect({ host, port: Number(port || 80), onread: { buffer: readBuffer, callback } });
	}

	#read(chunk: Buffer): void {
		try {
			if (this.#isOpen) this.#reader.read(chunk);
			else this.#readHead(chunk);
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
			this.#fail(`the server is not a collector: ${error.message}`);
		}
	}

	#fail(reason: string): void {
		this.#reason = new Error(reason);
		this.#tcp.destroy();
	}

	#readHead(chunk: Buffer): void {
		this.#head += chunk.toString('latin1');
		const end = this.#head.indexOf('\r\n\r\n');
		if (end === -1) {
			if (this.#head.length > headBytesMax) this.#fail('the server did not open a WebSocket: its response is too long');
			return;
		}
		const rest = Buffer.from(this.#head.slice(end + 4), 'latin1');
		if (!this.#head.startsWith('HTTP/1.1 101 ') || !this.#head.slice(0, end).includes(accept)) {
			this.#fail(`the server did not open a WebSocket: it answered ${this.#head.slice(0, this.#head.indexOf('\r\n'))}`);
			return;
		}
		this.#head = '';
		this.#isOpen = true;
		this.#listener.open();
		this.flush();
		this.#reader.read(rest);
	}

	#message(kind: 'text' | 'ping' | 'close', payload: Buffer): void {
		if (kind === 'text') this.#listener.text(payload);
		else if (kind === 'ping') this.#tcp.write(pong(payload));
		else this.#tcp.destroy();
	}
}

function upgrade({ host, pathname }: URL, headers: Readonly<Record<string, string>>): string {
	const all = {
		Host: host,
		Connection: 'Upgrade',
		Upgrade: 'websocket',
		'Sec-WebSocket-Version': '13',
		'Sec-WebSocket-Key': key,
		'Sec-WebSocket-Protocol': subprotocol,
		...headers,
	};
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
	return `GET ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

let waiting: PageSocket[] = [];

/** Flushes a socket at the end of this turn of the event loop, together with all others. */
function flushSoon(socket: PageSocket): void {
	if (waiting.push(socket) === 1) process.nextTick(flushAll);
}

function flushAll(): void {
	const sockets = waiting;
	waiting = [];
	for (const socket of sockets) socket.flush();
}
