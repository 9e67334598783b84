import type { SealedSegment } from './open-segment.js';

/** Sealed segments on their way to the one who delivers them: names only, their content stays on disk. */
export class SealedQueue {
	#waiting: SealedSegment[] = [];
	/** Waiting and handed out, until forgotten. Oldest first. */
	readonly #known = new Set<SealedSegment>();
	#taker: ((segment: SealedSegment | undefined) => void) | undefined;
	#closed = false;
	#whenEmpty: (() => void)[] = [];

	/** Someone is waiting for the next segment. */
	get idle(): boolean {
		return this.#taker !== undefined;
	}

	get oldest(): SealedSegment | undefined {
		return this.#known.values().next().value;
	}

	get segments(): number {
		return this.#known.size;
	}

	push(segment: SealedSegment): void {
		this.#known.add(segment);
		if (this.#taker === undefined) {
			this.#waiting.push(segment);
		} else {
			this.#taker(segment);
			this.#taker = undefined;
		}
	}

	/** The segment that `next` would answer at once. */
	get waiting(): SealedSegment | undefined {
		return this.#waiting[0];
	}

	/** The next segment, for one taker at a time; `undefined` once the queue is closed and handed out. */
	next(): Promise<SealedSegment | undefined> {
		const segment = this.#waiting.shift();
		if (segment !== undefined || this.#closed) return Promise.resolve(segment);
		return new Promise((resolve) => {
			this.#taker = resolve;
		});
	}

	/** The segment is delivered or set aside. */
	forget(segment: SealedSegment): void {
		this.#known.delete(segment);
		if (this.#known.size > 0) return;
		for (const resolve of this.#whenEmpty) resolve();
		this.#whenEmpty = [];
	}

	/** Resolves when no segment is waiting or handed out. */
	empty(): Promise<void> {
		if (this.#known.size === 0) return Promise.resolve();
		return new Promise((resolve) => {
			this.#whenEmpty.push(resolve);
		});
	}

	/** No more segments will come. */
	close(): void {
		this.#closed = true;
		this.#taker?.(undefined);
		this.#taker = undefined;
	}
}
