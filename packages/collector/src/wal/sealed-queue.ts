import type { SealedSegment } from './open-segment.js';

/** Sealed segments that wait for the deliverer. The queue holds their names; their content stays on disk. */
export class SealedQueue {
	#waiting: SealedSegment[] = [];
	/** Segments that wait or are being delivered, oldest first. */
	readonly #known = new Set<SealedSegment>();
	/** Known segments that wait for the end of their pause, with its timer. */
	readonly #postponed = new Map<SealedSegment, NodeJS.Timeout>();
	#taker: ((segment: SealedSegment | undefined) => void) | undefined;
	#closed: boolean = false;
	#whenEmpty: (() => void)[] = [];

	/** Whether the deliverer waits for the next segment. */
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
		this.#offer(segment);
	}

	/**
	 * Hands a segment out again after a pause, and meanwhile the segments behind it.
	 *
	 * @param pauseMs duration of the pause, ms; `close` ends it
	 */
	postpone(segment: SealedSegment, pauseMs: number): void {
		this.#postponed.set(segment, setTimeout(() => this.#resume(segment), pauseMs).unref());
	}

	#resume(segment: SealedSegment): void {
		clearTimeout(this.#postponed.get(segment));
		if (this.#postponed.delete(segment)) this.#offer(segment);
	}

	#offer(segment: SealedSegment): void {
		if (this.#taker === undefined) {
			this.#waiting.push(segment);
		} else {
			this.#taker(segment);
			this.#taker = undefined;
		}
	}

	/** The segment that `next` would return immediately. */
	get waiting(): SealedSegment | undefined {
		return this.#waiting[0];
	}

	/** The next segment, for one caller at a time; `undefined` once the queue is closed and empty. */
	next(): Promise<SealedSegment | undefined> {
		const segment = this.#waiting.shift();
		if (segment !== undefined || (this.#closed && this.#postponed.size === 0)) return Promise.resolve(segment);
		return new Promise((resolve) => {
			this.#taker = resolve;
		});
	}

	/** Removes a segment that was delivered or quarantined. */
	forget(segment: SealedSegment): void {
		this.#known.delete(segment);
		if (this.#known.size > 0) return;
		for (const resolve of this.#whenEmpty) resolve();
		this.#whenEmpty = [];
	}

	/** Resolves when no segment waits or is being delivered. */
	empty(): Promise<void> {
		if (this.#known.size === 0) return Promise.resolve();
		return new Promise((resolve) => {
			this.#whenEmpty.push(resolve);
		});
	}

	/** Closes the queue: no more segments are added. */
	close(): void {
		this.#closed = true;
		for (const segment of this.#postponed.keys()) this.#resume(segment);
		this.#taker?.(undefined);
		this.#taker = undefined;
	}
}
