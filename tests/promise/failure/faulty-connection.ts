import { connect, type Socket } from 'node:net';
import type { ConnectionFault } from './connection-fault.js';

/** Who is asked and told about a connection. */
export interface ConnectionWatch {
	/** Asked when an exchange begins. */
	nextFault(): ConnectionFault;
	/** ClickHouse has confirmed the insert of a segment. */
	confirmed(segment: string): void;
}

/** Milliseconds between an answer and the reset behind it: enough for the answer to be read. */
const resetAfterMs = 3;

/** One connection through the proxy. Exchanges follow one another: HTTP clients here do not send ahead. */
export class FaultyConnection {
	readonly #client: Socket;
	readonly #upstream: Socket;
	readonly #watch: ConnectionWatch;
	#fault: ConnectionFault = { kind: 'none' };
	#direction: 'request' | 'answer' | undefined;
	/** Of the exchange so far, in its present direction. */
	#bytes = 0;
	/** Segment that the exchange inserts, if it is an insert. */
	#segment: string | undefined;
	#isSilent: boolean = false;

	constructor(client: Socket, targetPort: number, watch: ConnectionWatch) {
		this.#client = client;
		this.#watch = watch;
		this.#upstream = connect(targetPort, '127.0.0.1');
		for (const socket of [client, this.#upstream]) {
			socket.setNoDelay(true);
			socket.on('error', () => this.reset());
		}
		client.on('data', (chunk) => this.#onRequest(chunk));
		this.#upstream.on('data', (chunk) => this.#onAnswer(chunk));
		client.on('close', () => this.#whenEnded(this.#upstream));
		this.#upstream.on('close', () => this.#whenEnded(client));
	}

	/** Nothing of it is left. */
	get isOver(): boolean {
		return this.#client.destroyed && this.#upstream.destroyed;
	}

	get isSilent(): boolean {
		return this.#isSilent;
	}

	/** Both ends lose the connection at once. */
	reset(): void {
		this.#isSilent = false;
		this.#client.resetAndDestroy();
		this.#upstream.resetAndDestroy();
	}

	/** A silent connection hides even the end of its other side. */
	#whenEnded(other: Socket): void {
		if (!this.#isSilent) other.destroySoon();
	}

	#onRequest(chunk: Buffer): void {
		if (this.#direction !== 'request') this.#beginExchange(chunk);
		const fault = this.#fault;
		const before = this.#bytes;
		this.#bytes += chunk.length;
		if (this.#isSilent) return;
		const isCut = (fault.kind === 'request-cut' || fault.kind === 'request-ended') && this.#bytes >= fault.bytes;
		// What comes behind the cut is lost; a server that was told the end may still answer.
		if (isCut && before >= fault.bytes) return;
		if (isCut) this.#cutRequest(fault.kind, chunk.subarray(0, fault.bytes - before));
		else if (fault.kind === 'late') passLater(this.#client, this.#upstream, chunk, fault.requestMs);
		else pass(this.#client, this.#upstream, chunk);
	}

	#cutRequest(kind: 'request-cut' | 'request-ended', part: Buffer): void {
		if (kind === 'request-ended') this.#upstream.end(part);
		else this.#upstream.write(part, () => this.reset());
	}

	#beginExchange(firstChunk: Buffer): void {
		this.#direction = 'request';
		this.#bytes = 0;
		this.#fault = this.#watch.nextFault();
		this.#isSilent = this.#fault.kind === 'silence' && this.#fault.from === 'request';
		const requestLine = firstChunk.toString('latin1', 0, firstChunk.indexOf('\r\n'));
		const isInsert = requestLine.includes('INSERT');
		this.#segment = isInsert ? /[?&]query_id=([^& ]+)/.exec(requestLine)?.[1] : undefined;
	}

	#onAnswer(chunk: Buffer): void {
		if (this.#direction !== 'answer') this.#beginAnswer(chunk);
		const fault = this.#fault;
		const before = this.#bytes;
		this.#bytes += chunk.length;
		if (this.#isSilent) return;
		if (fault.kind === 'answer-lost') {
			this.reset();
		} else if (fault.kind === 'answer-cut' && this.#bytes >= fault.bytes) {
			this.#client.write(chunk.subarray(0, Math.max(0, fault.bytes - before)), () => this.reset());
		} else if (fault.kind === 'late') {
			passLater(this.#upstream, this.#client, chunk, fault.answerMs);
		} else {
			pass(this.#upstream, this.#client, chunk);
			if (fault.kind === 'answer-then-reset') setTimeout(() => this.reset(), resetAfterMs);
		}
	}

	#beginAnswer(firstChunk: Buffer): void {
		this.#direction = 'answer';
		this.#bytes = 0;
		this.#isSilent ||= this.#fault.kind === 'silence';
		if (this.#segment !== undefined && firstChunk.toString('latin1', 0, 12) === 'HTTP/1.1 200') {
			this.#watch.confirmed(this.#segment);
		}
	}
}

function passLater(from: Socket, to: Socket, chunk: Buffer, ms: number): void {
	from.pause();
	setTimeout(() => {
		pass(from, to, chunk);
		from.resume();
	}, ms);
}

function pass(from: Socket, to: Socket, chunk: Buffer): void {
	if (to.destroyed || to.writableEnded || to.write(chunk)) return;
	from.pause();
	to.once('drain', () => from.resume());
}
