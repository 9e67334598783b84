import { createHash } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { subprotocol } from '@footfall/protocol';
import { FrameReader, frames, pong } from './web-socket-frames.js';

/** What happens on a socket. */
export interface SocketListener {
	open(): void;
	/** A text from the collector, as bytes that are only valid until this returns. */
	text(text: Buffer): void;
	/** Nothing comes any more, or never did. */
	close(reason: Error): void;
}

/** Every socket's; who reads it is done with it before the next one is read. */
const readBuffer = Buffer.alloc(65_536);
/** Longest answer to the request for a WebSocket that is read. */
const headBytesMax = 16_384;
/** Sixteen bytes, as everybody has to send. */
const key = Buffer.from('footfall shopper').toString('base64');
/** RFC 6455, 4.2.2. */
const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/**
 * A WebSocket with nothing in it that a page and a collector do not need of each other: no extensions, no masks that hide anything,
 * one write for all that is sent in a turn. A general client costs several times as much processor time, and the crowd must cost less
 * than the collector that it is to load.
 */
export class PageSocket {
	readonly #tcp: Socket;
	readonly #listener: SocketListener;
	readonly #reader = new FrameReader((kind, payload) => this.#message(kind, payload));
	#isOpen: boolean = false;
	#head = '';
	#unsent: Uint8Array[] = [];
	#reason = new Error('the connection was closed');

	/** @param url of the collector's socket, http or https */
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

	/** Goes out with all else of this turn, or when the socket is open. */
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
			// An address made of numbers is nobody's name.
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
			this.#fail(`no collector: ${error.message}`);
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
			if (this.#head.length > headBytesMax) this.#fail('no WebSocket, but an answer without end');
			return;
		}
		const rest = Buffer.from(this.#head.slice(end + 4), 'latin1');
		if (!this.#head.startsWith('HTTP/1.1 101 ') || !this.#head.slice(0, end).includes(accept)) {
			this.#fail(`no WebSocket, but ${this.#head.slice(0, this.#head.indexOf('\r\n'))}`);
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

/** One turn of the loop for all sockets. */
function flushSoon(socket: PageSocket): void {
	if (waiting.push(socket) === 1) process.nextTick(flushAll);
}

function flushAll(): void {
	const sockets = waiting;
	waiting = [];
	for (const socket of sockets) socket.flush();
}
