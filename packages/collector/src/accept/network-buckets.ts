import { type SenderAddress, wideNetworkShare } from './sender-address.js';
import { type Refill, TokenBuckets } from './token-buckets.js';

/** A token bucket for each address, and a larger one for each IPv6 /48, which all addresses in it share. */
export class NetworkBuckets {
	readonly #narrow: TokenBuckets;
	readonly #wide: TokenBuckets;

	/**
	 * @param keysMax addresses, and networks, that are remembered
	 * @param debtMax tokens that an address may lack at most
	 */
	constructor({ tokensPerSecond, burst }: Refill, keysMax: number, debtMax?: number) {
		const share = wideNetworkShare;
		const wide = { tokensPerSecond: share * tokensPerSecond, burst: share * burst };
		this.#narrow = new TokenBuckets({ tokensPerSecond, burst }, keysMax, debtMax);
		this.#wide = new TokenBuckets(wide, keysMax, debtMax === undefined ? undefined : share * debtMax);
	}

	/** Milliseconds until so many tokens may be taken; 0 for now. With 0 tokens: until there is no debt. */
	waitMs({ network, wideNetwork }: SenderAddress, tokens: number, nowMs: number): number {
		const narrowMs = this.#narrow.waitMs(network, tokens, nowMs);
		return wideNetwork === network ? narrowMs : Math.max(narrowMs, this.#wide.waitMs(wideNetwork, tokens, nowMs));
	}

	/** Takes tokens, whether they are there or not. */
	take({ network, wideNetwork }: SenderAddress, tokens: number, nowMs: number): void {
		this.#narrow.take(network, tokens, nowMs);
		if (wideNetwork !== network) this.#wide.take(wideNetwork, tokens, nowMs);
	}

	/** Whether the sender lacks nearly as many tokens as may be. */
	isExhausted({ network, wideNetwork }: SenderAddress, nowMs: number): boolean {
		if (this.#narrow.isExhausted(network, nowMs)) return true;
		return wideNetwork !== network && this.#wide.isExhausted(wideNetwork, nowMs);
	}
}
