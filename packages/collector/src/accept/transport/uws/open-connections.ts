import { monotonicNowMs } from '../../../monotonic-clock.js';
import type { SenderAddress } from '../../limits/sender-address.js';
import { keptShare } from '../engine.js';
import { NetworkCounts } from '../network-counts.js';

/**
 * Maximum lifetime of a connection without a request, ms: the library ends it after 10 s, which it checks every 4 s.
 */
const idleMsMax = 16_000;

/** A connection without a request in progress, which may have ended since without notice. */
interface Idle {
	peer: SenderAddress;
	sinceMs: number;
}

/**
 * Counts the connections of each network that are not WebSockets. The library reports neither which connection a
 * request uses nor which connection ends between two requests. A connection therefore counts while a request is in
 * progress, whose end is reported, and then for the maximum lifetime without a request. The count may be too high for
 * some seconds, and is never too low.
 */
export class OpenConnections {
	readonly #perNetworkMax: number;
	readonly #nowMs: () => number;
	readonly #counts = new NetworkCounts();
	/** All idle connections, and those of each network, oldest first. */
	readonly #idle = new Set<Idle>();
	readonly #idleOf = new Map<string, Set<Idle>>();

	/**
	 * @param perNetworkMax maximum number of connections of one network; an IPv6 /48 may have four times as many
	 * @param nowMs a monotonic clock, ms
	 */
	constructor(perNetworkMax = Number.POSITIVE_INFINITY, nowMs: () => number = monotonicNowMs) {
		this.#perNetworkMax = perNetworkMax;
		this.#nowMs = nowMs;
	}

	/** Returns whether the network may open another connection. Processes of this machine always may. */
	mayOpen(peer: SenderAddress): boolean {
		return this.#isBelow(peer, this.#perNetworkMax);
	}

	/**
	 * Returns whether a connection may stay open for another request, which it may while its network is far below its
	 * limit. The end of a connection that is closed with its answer is known.
	 */
	mayKeep(peer: SenderAddress): boolean {
		return this.#isBelow(peer, this.#perNetworkMax * keptShare);
	}

	/** Records a new connection without a request. */
	connected(peer: SenderAddress): void {
		if (peer.isExempt) return;
		this.#counts.add(peer);
		this.#rest(peer);
	}

	/** Records that a connection has ended before its first request. */
	left(peer: SenderAddress): void {
		if (this.#wake(peer)) this.ended(peer);
	}

	/** Records the start of a request. The caller must report its end with `answered` or `ended`. */
	requested(peer: SenderAddress): void {
		if (peer.isExempt) return;
		// Without an idle connection, the request uses one that was considered ended. It counts again.
		if (!this.#wake(peer)) this.#counts.add(peer);
	}

	/** Records that a request was answered and that its connection stays open. */
	answered(peer: SenderAddress): void {
		if (!peer.isExempt) this.#rest(peer);
	}

	/** Records that the connection of a request has ended or has become a WebSocket. */
	ended(peer: SenderAddress): void {
		if (!peer.isExempt) this.#counts.remove(peer);
	}

	#isBelow(peer: SenderAddress, max: number): boolean {
		if (peer.isExempt) return true;
		this.#expire();
		return this.#counts.isBelow(peer, max);
	}

	#rest(peer: SenderAddress): void {
		const idle = { peer, sinceMs: this.#nowMs() };
		this.#idle.add(idle);
		const idleOfNetwork = this.#idleOf.get(peer.network);
		if (idleOfNetwork === undefined) this.#idleOf.set(peer.network, new Set([idle]));
		else idleOfNetwork.add(idle);
	}

	/**
	 * Removes the oldest idle connection of the network, so that the others are counted too long rather than too
	 * briefly.
	 */
	#wake({ network }: SenderAddress): boolean {
		const [oldest] = this.#idleOf.get(network) ?? [];
		if (oldest !== undefined) this.#forget(oldest);
		return oldest !== undefined;
	}

	#expire(): void {
		const overMs = this.#nowMs() - idleMsMax;
		for (const idle of this.#idle) {
			if (idle.sinceMs > overMs) return;
			this.#forget(idle);
			this.#counts.remove(idle.peer);
		}
	}

	#forget(idle: Idle): void {
		this.#idle.delete(idle);
		const idleOfNetwork = this.#idleOf.get(idle.peer.network);
		idleOfNetwork?.delete(idle);
		if (idleOfNetwork?.size === 0) this.#idleOf.delete(idle.peer.network);
	}
}
