import type { MemoryBudget } from '../limits/memory-budget.js';
import type { SenderAddress } from '../limits/sender-address.js';

/** Reason for refusing a body: it is too large, or the memory budget of incomplete bodies does not suffice. */
export type BodyRefusal = 'tooLarge' | 'busy';

const noBytes = Buffer.alloc(0);
const bytesMin = 4_096;

/** A body that arrives in chunks of any size. */
export class Body {
	readonly #bytesMax: number;
	readonly #budget: MemoryBudget;
	readonly #sender: SenderAddress;
	/**
	 * A copy of the chunks. A list of the chunks could take a hundred times the memory, since a chunk may be one byte.
	 */
	#buffer: Buffer = noBytes;
	#bytes = 0;
	#chunks = 0;
	/** Reserved memory, bytes. */
	#held = 0;

	/** @param budget limits the memory of incomplete bodies, so that slow senders cannot exhaust it */
	constructor(bytesMax: number, budget: MemoryBudget, sender: SenderAddress) {
		this.#bytesMax = bytesMax;
		this.#budget = budget;
		this.#sender = sender;
	}

	/** Number of bytes received. */
	get bytes(): number {
		return this.#bytes;
	}

	/** The bytes received. They still belong to the body. */
	get received(): Uint8Array {
		return this.#buffer.subarray(0, this.#bytes);
	}

	/** Number of chunks received. */
	get chunks(): number {
		return this.#chunks;
	}

	/**
	 * Adds a chunk. Its bytes may be reused after the call, except those of the last chunk.
	 *
	 * @returns the reason for refusing the body, if there is one
	 */
	add(chunk: Uint8Array, isLast: boolean): BodyRefusal | undefined {
		this.#chunks++;
		const bytes = this.#bytes + chunk.length;
		if (bytes > this.#bytesMax) return 'tooLarge';
		if (isLast && this.#bytes === 0) {
			// Most bodies arrive in one chunk, which is used without a copy.
			this.#buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
		} else {
			if (bytes > this.#buffer.length && !this.#grow(bytes)) return 'busy';
			this.#buffer.set(chunk, this.#bytes);
		}
		this.#bytes = bytes;
		return undefined;
	}

	/** Returns the complete body, and releases its memory. */
	take(): Uint8Array {
		const whole = this.#buffer.subarray(0, this.#bytes);
		this.drop();
		return whole;
	}

	/** Discards the body and releases its memory. */
	drop(): void {
		if (this.#held > 0) this.#budget.release(this.#sender, this.#held);
		this.#held = 0;
		this.#buffer = noBytes;
		this.#bytes = 0;
	}

	#grow(bytes: number): boolean {
		const length = Math.min(this.#bytesMax, Math.max(bytes, 2 * this.#buffer.length, bytesMin));
		if (!this.#budget.reserve(this.#sender, length - this.#held)) return false;
		this.#held = length;
		const grown = Buffer.allocUnsafeSlow(length);
		grown.set(this.#buffer.subarray(0, this.#bytes));
		this.#buffer = grown;
		return true;
	}
}
