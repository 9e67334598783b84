import { type SenderAddress, wideNetworkShare } from '../limits/sender-address.js';

/**
 * Milliseconds after which a connection without a request is over: the library ends it after 10 s, counted in steps of 4 s.
 */
const idleMsMax = 16_000;

/** A connection over which no request is under way, or one that was and has ended since without anybody telling. */
interface Idle {
	peer: SenderAddress;
	sinceMs: number;
}

/**
 * How many connections each network holds that are no sockets. The library tells neither over which connection a request comes
 * nor which one ends between two requests. So a connection counts while a request is under way, whose end is known, and for as long
 * as it may last without one: the count may be too high for some seconds, and is never too low.
 */
export class OpenConnections {
	readonly #perNetworkMax: number;
	readonly #nowMs: () => number;
	/** By address, or IPv6 /64, and by IPv6 /48. */
	readonly #counts = new Map<string, number>();
	/** All of them, and those of each network; oldest first. */
	readonly #idle = new Set<Idle>();
	readonly #idleOf = new Map<string, Set<Idle>>();

	/**
	 * @param perNetworkMax connections of one network; an IPv6 /48 may have four times as many
	 * @param nowMs a clock that never goes back
	 */
	constructor(perNetworkMax = Number.POSITIVE_INFINITY, nowMs: () => number = () => performance.now()) {
		this.#perNetworkMax = perNetworkMax;
		this.#nowMs = nowMs;
	}

	/** Whether one more may connect from there; processes of this machine always may. */
	hasRoomFor(peer: SenderAddress): boolean {
		return this.#isBelow(peer, this.#perNetworkMax);
	}

	/**
	 * Whether a connection may stay open for another request: while its network is far from its bound. Of what is closed with its
	 * answer, the end is known.
	 */
	mayKeep(peer: SenderAddress): boolean {
		return this.#isBelow(peer, this.#perNetworkMax / 4);
	}

	/** A connection is there, and no request has come over it. */
	connected(peer: SenderAddress): void {
		if (peer.isExempt) return;
		this.#count(peer, 1);
		this.#rest(peer);
	}

	/** A connection has ended before its first request. */
	left(peer: SenderAddress): void {
		if (this.#wake(peer)) this.ended(peer);
	}

	/** A request is under way over one of the connections. Its end is to be told by `answered` or `ended`. */
	requested(peer: SenderAddress): void {
		if (peer.isExempt) return;
		// One that was taken for over, if there is none: it counts again.
		if (!this.#wake(peer)) this.#count(peer, 1);
	}

	/** A request has been answered, and its connection is kept. */
	answered(peer: SenderAddress): void {
		if (!peer.isExempt) this.#rest(peer);
	}

	/** A connection has ended, or has become a socket, with its request. */
	ended(peer: SenderAddress): void {
		if (!peer.isExempt) this.#count(peer, -1);
	}

	#isBelow(peer: SenderAddress, max: number): boolean {
		if (peer.isExempt) return true;
		this.#expire();
		if (this.#of(peer.network) >= max) return false;
		return peer.wideNetwork === peer.network || this.#of(peer.wideNetwork) < wideNetworkShare * max;
	}

	#rest(peer: SenderAddress): void {
		const idle = { peer, sinceMs: this.#nowMs() };
		this.#idle.add(idle);
		const ofNetwork = this.#idleOf.get(peer.network);
		if (ofNetwork === undefined) this.#idleOf.set(peer.network, new Set([idle]));
		else ofNetwork.add(idle);
	}

	/** Takes out the oldest one of the network, so that those that stay are counted for too long rather than not long enough. */
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
			this.#count(idle.peer, -1);
		}
	}

	#forget(idle: Idle): void {
		this.#idle.delete(idle);
		const ofNetwork = this.#idleOf.get(idle.peer.network);
		ofNetwork?.delete(idle);
		if (ofNetwork?.size === 0) this.#idleOf.delete(idle.peer.network);
	}

	#of(network: string): number {
		return this.#counts.get(network) ?? 0;
	}

	#count({ network, wideNetwork }: SenderAddress, change: 1 | -1): void {
		for (const each of network === wideNetwork ? [network] : [network, wideNetwork]) {
			const count = this.#of(each) + change;
			if (count <= 0) this.#counts.delete(each);
			else this.#counts.set(each, count);
		}
	}
}
