import { monotonicNowMs } from '../../../monotonic-clock.js';

/** The operations needed on a connection that has sent no request. */
export interface SilentConnection {
	onAborted(handler: () => void): unknown;
	cork(inside: () => void): unknown;
	writeStatus(status: string): unknown;
	end(body: string, closeConnection: boolean): unknown;
}

/**
 * Time after which a connection without a request is answered, ms. The library ends it after twice as long, without an
 * answer.
 */
const lateMs = 5_000;
const checkIntervalMs = 250;
/** Maximum number of connections that are answered in one iteration of the event loop; the library ends the others. */
const answersMax = 100;

const answer =
	'{"error":"No valid request arrived. A request needs a Host header, at most 100 headers, and no control characters in them."}';

interface Silent {
	connection: SilentConnection;
	address: string;
	sinceMs: number;
	onLeft: () => void;
}

/**
 * Answers connections that send no valid request with 408. When the library cannot parse a request, such as one without
 * a host, it waits for more bytes, so that the sender would get no answer.
 *
 * The library does not report which connection a request belongs to, and a connection must not be touched after it has
 * become a WebSocket. A request from an address therefore ends the watch over all connections of that address, and the
 * library handles them.
 */
export class LateRequests {
	/** Connections without a request, oldest first. */
	readonly #silent = new Set<Silent>();
	readonly #byAddress = new Map<string, Set<Silent>>();
	#timer: NodeJS.Timeout | undefined;

	/**
	 * @param address address of the other end of the connection, in the same form for every connection from there
	 * @param onLeft called when the connection has ended before a request came over it
	 */
	connected(connection: SilentConnection, address: string, onLeft: () => void): void {
		const silent = { connection, address, sinceMs: monotonicNowMs(), onLeft };
		connection.onAborted(() => {
			this.#forget(silent);
			onLeft();
		});
		this.#silent.add(silent);
		const silentOfAddress = this.#byAddress.get(address);
		if (silentOfAddress === undefined) this.#byAddress.set(address, new Set([silent]));
		else silentOfAddress.add(silent);
		this.#timer ??= setInterval(() => this.#answerLate(), checkIntervalMs).unref();
	}

	/** Ends the watch over an address: a request has arrived, or a connection is about to become a WebSocket. */
	requested(address: string): void {
		const silentOfAddress = this.#byAddress.get(address);
		if (silentOfAddress === undefined) return;
		this.#byAddress.delete(address);
		for (const silent of silentOfAddress) this.#silent.delete(silent);
	}

	/** Stops watching. */
	stop(): void {
		clearInterval(this.#timer);
		this.#silent.clear();
		this.#byAddress.clear();
	}

	#forget(silent: Silent): void {
		this.#silent.delete(silent);
		const silentOfAddress = this.#byAddress.get(silent.address);
		silentOfAddress?.delete(silent);
		if (silentOfAddress?.size === 0) this.#byAddress.delete(silent.address);
	}

	#answerLate(): void {
		const lateSinceMs = monotonicNowMs() - lateMs;
		let answers = 0;
		for (const silent of this.#silent) {
			if (silent.sinceMs > lateSinceMs || answers++ === answersMax) return;
			this.#forget(silent);
			silent.connection.cork(() => {
				silent.connection.writeStatus('408 Request Timeout');
				silent.connection.end(answer, true);
			});
			silent.onLeft();
		}
		if (this.#silent.size > 0) return;
		clearInterval(this.#timer);
		this.#timer = undefined;
	}
}
