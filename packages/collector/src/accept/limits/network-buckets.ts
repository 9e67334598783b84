import { type SenderAddress, wideNetworkShare } from './sender-address.js';
import { type Refill, TokenBuckets } from './token-buckets.js';

/** A token bucket for each address, and a larger one for each IPv6 /48, which its addresses share. */
export class NetworkBuckets {
	readonly #narrow: TokenBuckets;
	readonly #wide: TokenBuckets;

	/**
	 * @param keysMax maximum number of remembered addresses, and of remembered networks
	 * @param debtMax maximum debt of an address, tokens
	 */
	constructor({ tokensPerSecond, burst }: Refill, keysMax: number, debtMax?: number) {
		const share = wideNetworkShare;
		const wide = { tokensPerSecond: share * tokensPerSecond, burst: share * burst };
		this.#narrow = new TokenBuckets({ tokensPerSecond, burst }, keysMax, debtMax);
		this.#wide = new TokenBuckets(wide, keysMax, debtMax === undefined ? undefined : share * debtMax);
	}

	/**
	 * Returns the milliseconds until this many tokens are available; 0 if they are now. With 0 tokens: until the debt
	 * is paid.
	 */
	waitMs({ network, wideNetwork }: SenderAddress, tokens: number, nowMs: number): number {
		const narrowMs = this.#narrow.waitMs(network, tokens, nowMs);
		return wideNetwork === network ? narrowMs : Math.max(narrowMs, this.#wide.waitMs(wideNetwork, tokens, nowMs));
	}

	/** Takes tokens, even if the bucket does not have them. */
	take({ network, wideNetwork }: SenderAddress, tokens: number, nowMs: number): void {
		this.#narrow.take(network, tokens, nowMs);
		if (wideNetwork !== network) this.#wide.take(wideNetwork, tokens, nowMs);
	}

	/** Returns whether the debt of the sender is near its maximum. */
	isExhausted({ network, wideNetwork }: SenderAddress, nowMs: number): boolean {
		if (this.#narrow.isExhausted(network, nowMs)) return true;
		return wideNetwork !== network && this.#wide.isExhausted(wideNetwork, nowMs);
	}
}
