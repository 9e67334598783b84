import type { Logger } from './logger.js';
import { monotonicNowMs } from './monotonic-clock.js';

/** Minimum time between two lines about one condition, ms. */
const lineIntervalMs = 60_000;

/**
 * The log lines of a condition that may last and occur often, such as a disk that is full: one when it begins, one a
 * minute while it lasts, with the number of times that it occurred, and one when it ends.
 */
export class LastingCondition {
	readonly #logger: Logger;
	readonly #level: 'warn' | 'error';
	readonly #nowMs: () => number;
	/** Number of times that it occurred since the last line about it. */
	#unlogged = 0;
	#lastLineMs = Number.NEGATIVE_INFINITY;
	/** Whether a line says that it began, and none that it ended. */
	#isAnnounced: boolean = false;

	/** @param nowMs the monotonic clock; a test may replace it */
	constructor(logger: Logger, level: 'warn' | 'error', nowMs: () => number = monotonicNowMs) {
		this.#logger = logger;
		this.#level = level;
		this.#nowMs = nowMs;
	}

	/** Logs that the condition occurred, unless there was a line about it within the last minute. */
	occurred(fields: object, message: string): void {
		this.#unlogged++;
		if (this.#nowMs() - this.#lastLineMs < lineIntervalMs) return;
		this.#logger[this.#level]({ ...fields, times: this.#unlogged }, message);
		this.#lastLineMs = this.#nowMs();
		this.#unlogged = 0;
		this.#isAnnounced = true;
	}

	/** Logs that the condition has ended, if a line said that it began. */
	ended(message: string): void {
		if (!this.#isAnnounced) return;
		this.#isAnnounced = false;
		this.#logger.info({ times: this.#unlogged }, message);
		this.#unlogged = 0;
	}
}
