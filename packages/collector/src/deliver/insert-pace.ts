import { setTimeout as sleep } from 'node:timers/promises';

/** Keeps inserts apart, so that merges keep up; except while somebody waits for what is inserted. */
export class InsertPace {
	readonly #intervalMs: number;
	#lastMs = Number.NEGATIVE_INFINITY;
	/** How many are waiting. */
	#hurrying = 0;
	#pause = new AbortController();

	/** @param intervalMs least milliseconds from one insert that made a part to the next */
	constructor(intervalMs: number) {
		this.#intervalMs = intervalMs;
	}

	/** Resolves when an insert may begin. */
	async turn(): Promise<void> {
		const pauseMs = this.#lastMs + this.#intervalMs - performance.now();
		if (pauseMs <= 0 || this.#hurrying > 0) return;
		await sleep(pauseMs, undefined, { signal: this.#pause.signal }).catch(() => {});
	}

	/** An insert made a part. @param beganAtMs on the clock that nobody sets */
	made(beganAtMs: number): void {
		this.#lastMs = beganAtMs;
	}

	/** Ends the pause under way, and lets none begin until `work` is over. */
	async hurry(work: Promise<unknown>): Promise<void> {
		this.#hurrying++;
		this.#pause.abort();
		try {
			await work;
		} finally {
			this.#hurrying--;
			if (this.#hurrying === 0) this.#pause = new AbortController();
		}
	}
}
