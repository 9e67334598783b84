import type { SharedRoom } from '../limits/memory-budget.js';
import type { SenderAddress } from '../limits/sender-address.js';

/** Why a body is not taken: longer than it may be, or others fill the room. */
export type BodyRefusal = 'tooLarge' | 'busy';

const noBytes = Buffer.alloc(0);
const bytesMin = 4_096;

/** One body that comes in pieces of any size. */
export class Body {
	readonly #bytesMax: number;
	readonly #room: SharedRoom;
	readonly #sender: SenderAddress;
	/** What came so far, copied: pieces may be of one byte, and a list of them would take a hundred times the memory. */
	#buffer: Buffer = noBytes;
	#bytes = 0;
	#pieces = 0;
	/** Bytes of room that it takes. */
	#held = 0;

	/** @param room bounds the memory of incomplete bodies, so that slow senders cannot fill it */
	constructor(bytesMax: number, room: SharedRoom, sender: SenderAddress) {
		this.#bytesMax = bytesMax;
		this.#room = room;
		this.#sender = sender;
	}

	/** The chunks received so far. */
	get bytes(): number {
		return this.#bytes;
	}

	/** Those bytes, which stay the body's. */
	get begun(): Uint8Array {
		return this.#buffer.subarray(0, this.#bytes);
	}

	/** How many pieces came so far. */
	get pieces(): number {
		return this.#pieces;
	}

	/**
	 * Adds a piece, whose bytes need not outlive the call unless it is the last.
	 *
	 * @returns why it does not fit, if so
	 */
	add(piece: Uint8Array, isLast: boolean): BodyRefusal | undefined {
		this.#pieces++;
		const bytes = this.#bytes + piece.length;
		if (bytes > this.#bytesMax) return 'tooLarge';
		if (isLast && this.#bytes === 0) {
			// As most come: in one piece, which is taken at once and not copied.
			this.#buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
		} else {
			if (bytes > this.#buffer.length && !this.#grow(bytes)) return 'busy';
			this.#buffer.set(piece, this.#bytes);
		}
		this.#bytes = bytes;
		return undefined;
	}

	/** The whole of it; holds nothing afterwards. */
	take(): Uint8Array {
		const whole = this.#buffer.subarray(0, this.#bytes);
		this.drop();
		return whole;
	}

	/** Forgets what came. */
	drop(): void {
		if (this.#held > 0) this.#room.giveBack(this.#sender, this.#held);
		this.#held = 0;
		this.#buffer = noBytes;
		this.#bytes = 0;
	}

	#grow(bytes: number): boolean {
		const length = Math.min(this.#bytesMax, Math.max(bytes, 2 * this.#buffer.length, bytesMin));
		if (!this.#room.take(this.#sender, length - this.#held)) return false;
		this.#held = length;
		const grown = Buffer.allocUnsafeSlow(length);
		grown.set(this.#buffer.subarray(0, this.#bytes));
		this.#buffer = grown;
		return true;
	}
}
