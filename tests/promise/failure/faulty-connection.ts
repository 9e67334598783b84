import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConnectionFault } from './connection-fault.js';

/** Callbacks for the exchanges of a connection. */
export interface ConnectionWatch {
	/** Returns the fault of an exchange that begins. */
	nextFault(): ConnectionFault;
	/** Called when ClickHouse has confirmed the insert of a segment. */
	confirmed(segment: string): void;
}

/** Time between an answer and the reset behind it, ms: long enough for the client to read the answer. */
const resetAfterMs = 3;

/** One connection through the proxy. Exchanges are sequential: the HTTP clients of this test do not pipeline. */
export class FaultyConnection {
	readonly #client: Socket;
	readonly #upstream: Socket;
	readonly #watch: ConnectionWatch;
	#fault: ConnectionFault = { kind: 'none' };
	#direction: 'request' | 'answer' | undefined;
	/** Bytes of the current request or answer so far. */
	#bytes = 0;
	/** Segment that the exchange inserts; undefined when it is not an insert. */
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

	/** Whether both sides are closed. */
	get isOver(): boolean {
		return this.#client.destroyed && this.#upstream.destroyed;
	}

	get isSilent(): boolean {
		return this.#isSilent;
	}

	/** Resets both sides at once. */
	reset(): void {
		this.#isSilent = false;
		this.#client.resetAndDestroy();
		this.#upstream.resetAndDestroy();
	}

	/**
	 * A silent connection does not forward the end of a side either. That of the sender of a request that is held is
	 * forwarded after the answer, which shows what became of the request.
	 */
	#whenEnded(other: Socket): void {
		const waitsForAnswer = this.#fault.kind === 'held' && this.#direction === 'request' && other === this.#upstream;
		if (!this.#isSilent && !waitsForAnswer) other.destroySoon();
	}

	#onRequest(chunk: Buffer): void {
		if (this.#direction !== 'request') this.#beginExchange(chunk);
		const fault = this.#fault;
		const before = this.#bytes;
		this.#bytes += chunk.length;
		if (this.#isSilent) return;
		const isCut = (fault.kind === 'request-cut' || fault.kind === 'request-ended') && this.#bytes >= fault.bytes;
		// Bytes behind the cut are lost; a server that saw the end of the request may still answer.
		if (isCut && before >= fault.bytes) return;
		if (isCut) this.#cutRequest(fault.kind, chunk.subarray(0, fault.bytes - before));
		else if (fault.kind === 'late') passAfter(wait(fault.requestMs), this.#client, this.#upstream, chunk);
		else if (fault.kind === 'held') passAfter(fault.until, this.#client, this.#upstream, chunk);
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
			passAfter(wait(fault.answerMs), this.#upstream, this.#client, chunk);
		} else {
			if (this.#client.destroyed) this.#upstream.destroySoon();
			else pass(this.#upstream, this.#client, chunk);
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

function passAfter(moment: Promise<void>, from: Socket, to: Socket, chunk: Buffer): void {
	from.pause();
	void moment.then(() => {
		pass(from, to, chunk);
		from.resume();
	});
}

function pass(from: Socket, to: Socket, chunk: Buffer): void {
	if (to.destroyed || to.writableEnded || to.write(chunk)) return;
	from.pause();
	to.once('drain', () => from.resume());
}
