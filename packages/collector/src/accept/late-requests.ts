/** What is needed of a connection over which no request has come. */
export interface SilentConnection {
	onAborted(handler: () => void): unknown;
	cork(inside: () => void): unknown;
	writeStatus(status: string): unknown;
	end(body: string, closeConnection: boolean): unknown;
}

/** Milliseconds after which a connection without a request is answered; the library ends it after twice as long, and says nothing. */
const lateMs = 5_000;
const checkIntervalMs = 250;
/** Connections that are answered in one turn of the event loop; the others are left to the library. */
const answersMax = 100;

const answer =
	'{"error":"No request came that can be read: it needs a Host, 100 headers at most, and no control characters in them."}';

interface Silent {
	connection: SilentConnection;
	address: string;
	sinceMs: number;
}

/**
 * Answers connections over which no request comes with 408. The library waits for more when it cannot read a request, as for one
 * without a host, so such a sender would hear nothing.
 *
 * The library does not tell over which connection a request comes, and a connection must not be touched once it has become a
 * WebSocket. So a request from an address ends the watch over all connections of that address: they are left to the library.
 */
export class LateRequests {
	/** Oldest first. */
	readonly #silent = new Set<Silent>();
	readonly #byAddress = new Map<string, Set<Silent>>();
	#timer: NodeJS.Timeout | undefined;

	/** @param address of the other end of the connection, in bytes or text, the same for every connection from there */
	connected(connection: SilentConnection, address: string): void {
		const silent = { connection, address, sinceMs: performance.now() };
		connection.onAborted(() => this.#forget(silent));
		this.#silent.add(silent);
		const ofAddress = this.#byAddress.get(address);
		if (ofAddress === undefined) this.#byAddress.set(address, new Set([silent]));
		else ofAddress.add(silent);
		this.#timer ??= setInterval(() => this.#answerLate(), checkIntervalMs).unref();
	}

	/** A request has come, or a connection from there is about to become a WebSocket. */
	requested(address: string): void {
		const ofAddress = this.#byAddress.get(address);
		if (ofAddress === undefined) return;
		this.#byAddress.delete(address);
		for (const silent of ofAddress) this.#silent.delete(silent);
	}

	/** Watches no longer. */
	stop(): void {
		clearInterval(this.#timer);
		this.#silent.clear();
		this.#byAddress.clear();
	}

	#forget(silent: Silent): void {
		this.#silent.delete(silent);
		const ofAddress = this.#byAddress.get(silent.address);
		ofAddress?.delete(silent);
		if (ofAddress?.size === 0) this.#byAddress.delete(silent.address);
	}

	#answerLate(): void {
		const lateSinceMs = performance.now() - lateMs;
		let answers = 0;
		for (const silent of this.#silent) {
			if (silent.sinceMs > lateSinceMs || answers++ === answersMax) return;
			this.#forget(silent);
			silent.connection.cork(() => {
				silent.connection.writeStatus('408 Request Timeout');
				silent.connection.end(answer, true);
			});
		}
		if (this.#silent.size > 0) return;
		clearInterval(this.#timer);
		this.#timer = undefined;
	}
}
