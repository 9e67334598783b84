import { type IncomingMessage, ServerResponse } from 'node:http';
import { monotonicNowMs } from '../../../monotonic-clock.js';
import type { Exchange, RepeatedLines } from '../engine.js';
import type { Reply } from '../http.js';
import { BodyPace } from './body-pace.js';
import type { Connection, Connections } from './connections.js';
import { announcesBody, firstLine, repeatedLines } from './head.js';

/** State that all requests of a server share. */
export interface ExchangeParts {
	connections: Connections;
	/** Connections whose bodies are being received. */
	bodies: Map<Connection, BodyPace>;
}

/** A request in progress. */
export class NodeExchange implements Exchange {
	readonly peer: string;
	readonly isHead: boolean;
	readonly #incoming: IncomingMessage;
	readonly #response: () => ServerResponse;
	readonly #connection: Connection;
	readonly #parts: ExchangeParts;
	readonly #asksToContinue: boolean;
	#isOver: boolean = false;

	/**
	 * @param response returns the response, which an upgrade has no use for
	 * @param asksToContinue whether the client sends the body after an answer `100 Continue` only
	 */
	constructor(
		incoming: IncomingMessage,
		response: () => ServerResponse,
		connection: Connection,
		parts: ExchangeParts,
		asksToContinue = false,
	) {
		this.peer = connection.address;
		this.isHead = incoming.method === 'HEAD';
		this.#incoming = incoming;
		this.#response = response;
		this.#connection = connection;
		this.#parts = parts;
		this.#asksToContinue = asksToContinue;
		connection.phase = 'answer';
	}

	get query(): string {
		const { url = '' } = this.#incoming;
		const at = url.indexOf('?');
		return at < 0 ? '' : url.slice(at + 1);
	}

	header(name: string): string {
		return firstLine(this.#incoming.rawHeaders, name);
	}

	repeatedLines(): RepeatedLines {
		return repeatedLines(this.#incoming.rawHeaders);
	}

	onAborted(handler: () => void): void {
		this.#response().once('close', () => {
			if (this.#isOver) return;
			this.#end();
			handler();
		});
	}

	/** With a length, the last chunk is recognised when it arrives; Node reports the end in a later task. */
	onBody(take: (chunk: Uint8Array, isLast: boolean) => void): void {
		const length = Number(this.header('content-length') || Number.NaN);
		if (this.header('transfer-encoding') === '' && !(length > 0)) {
			take(noBytes, true);
			return;
		}
		// A body that is announced as too large is refused before its first byte.
		take(noBytes, false);
		if (this.#isOver) return;
		if (this.#asksToContinue) this.#response().writeContinue();
		const pace = new BodyPace(monotonicNowMs());
		this.#connection.phase = 'body';
		this.#parts.bodies.set(this.#connection, pace);
		let bytes = 0;
		let isWhole = false;
		const whole = (chunk: Uint8Array) => {
			if (isWhole) return;
			isWhole = true;
			this.#bodyEnded();
			take(chunk, true);
		};
		this.#incoming.on('data', (chunk: Buffer) => {
			bytes += chunk.length;
			if (bytes === length) return whole(chunk);
			pace.received(chunk.length, monotonicNowMs());
			take(chunk, false);
		});
		this.#incoming.once('end', () => whole(noBytes));
	}

	answer(reply: Reply, close = false): void {
		if (this.#isOver) return;
		const connection = this.#connection;
		const hasUnreadBody = !this.#incoming.complete && announcesBody(this.#incoming.rawHeaders);
		const isKept = !close && !hasUnreadBody && this.#parts.connections.mayKeep(connection);
		this.#end();
		connection.isEnding = !isKept;
		const { status, headers, body } = reply;
		const lines = headers.flat();
		if (!isKept) lines.push('Connection', 'close');
		if (body !== undefined) lines.push('Content-Length', String(Buffer.byteLength(body)));
		connection.unwritten++;
		this.#response()
			.once('finish', () => connection.unwritten--)
			.writeHead(status, lines)
			.end(this.isHead ? undefined : body);
	}

	#bodyEnded(): void {
		this.#parts.bodies.delete(this.#connection);
		if (!this.#isOver) this.#connection.phase = 'answer';
	}

	#end(): void {
		this.#isOver = true;
		this.#parts.bodies.delete(this.#connection);
		this.#connection.phase = 'idle';
	}
}

const noBytes = new Uint8Array(0);

/** Creates the response to a request whose connection Node has handed over because of an `Upgrade`. */
export function responseOf(incoming: IncomingMessage): ServerResponse {
	const response = new ServerResponse(incoming);
	response.assignSocket(incoming.socket);
	response.once('finish', () => {
		response.detachSocket(incoming.socket);
		incoming.socket.destroySoon();
	});
	return response;
}
