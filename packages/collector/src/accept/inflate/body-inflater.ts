import type { ContentCoding } from '@footfall/protocol';
import { type FairAnswer, FairThread } from '../limits/fair-thread.js';
import type { MemoryBudget } from '../limits/memory-budget.js';
import { type RateLimits, workBytes } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';
import type { Inflated } from './inflate.js';

/** The path of the built file: Node runs no TypeScript in a thread. The path is correct from `src` and from `dist`. */
const threadFile = new URL('../../../dist/accept/inflate/inflater-thread.js', import.meta.url);

/** Heap limit of the thread. Bodies are outside of the heap. */
const heapMebibytesMax = 64;

/** Request to the thread that inflates bodies. */
export interface InflateRequest {
	bytes: Uint8Array;
	coding: ContentCoding;
	/** Maximum size of the inflated body, bytes. */
	bytesMax: number;
}

/** Dependencies of a `BodyInflater`. */
export interface BodyInflaterParts {
	rateLimits: RateLimits;
	/** Limits the bytes of the waiting bodies. */
	budget: MemoryBudget;
}

/**
 * Inflates bodies on a separate thread: 40 bytes of brotli can fill a window of 16 MiB before anything is known of
 * their inflated size, which takes tens of milliseconds.
 */
export class BodyInflater {
	readonly #rateLimits: RateLimits;
	readonly #thread: FairThread<InflateRequest, Inflated>;

	constructor({ rateLimits, budget }: BodyInflaterParts) {
		this.#rateLimits = rateLimits;
		this.#thread = new FairThread({ file: threadFile, heapMebibytesMax, rateLimits, budget });
	}

	/**
	 * Inflates a body. The caller may reuse its bytes after the call, and charges the inflated bytes to the sender when
	 * it checks them. A body that cannot be inflated is charged here.
	 */
	async inflate(request: InflateRequest, sender: SenderAddress): Promise<FairAnswer<Inflated>> {
		const result = await this.#thread.ask(request, sender);
		if (result.kind === 'answered' && !result.answer.ok) this.#rateLimits.charge(sender, workBytes.inflatedInVain);
		return result;
	}

	/** Ends the thread. Waiting and later bodies are not inflated. */
	close(): Promise<void> {
		return this.#thread.close();
	}
}
