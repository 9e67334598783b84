import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNowMs } from '../monotonic-clock.js';

/** Spaces inserts out, so that merges keep up, except while a caller waits for inserted rows. */
export class InsertPace {
	readonly #intervalMs: number;
	#lastMs = Number.NEGATIVE_INFINITY;
	/** Number of callers that wait. */
	#expedited = 0;
	#pause = new AbortController();

	/** @param intervalMs minimum interval between two inserts that created a part, ms */
	constructor(intervalMs: number) {
		this.#intervalMs = intervalMs;
	}

	/** Resolves when the next insert may begin. */
	async untilNextInsert(): Promise<void> {
		const pauseMs = this.#lastMs + this.#intervalMs - monotonicNowMs();
		if (pauseMs <= 0 || this.#expedited > 0) return;
		await sleep(pauseMs, undefined, { signal: this.#pause.signal }).catch(() => {});
	}

	/** Records an insert that created a part. @param beganAtMs its start on the monotonic clock, ms */
	inserted(beganAtMs: number): void {
		this.#lastMs = beganAtMs;
	}

	/** Ends the current pause, and allows inserts without pauses until `work` has settled. */
	async expedite(work: Promise<unknown>): Promise<void> {
		this.#expedited++;
		this.#pause.abort();
		try {
			await work;
		} finally {
			this.#expedited--;
			if (this.#expedited === 0) this.#pause = new AbortController();
		}
	}
}
