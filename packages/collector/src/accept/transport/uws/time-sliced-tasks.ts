import { monotonicNowMs } from '../../../monotonic-clock.js';

/**
 * Runs small tasks in the order of their arrival, for a limited time in each iteration of the event loop. For example,
 * a thousand connections may have to be closed at once.
 */
export class TimeSlicedTasks {
	readonly #timeSliceMs: number;
	#tasks: (() => void)[] = [];
	#next: NodeJS.Immediate | undefined;

	/** @param timeSliceMs time budget of an iteration of the event loop, ms */
	constructor(timeSliceMs: number) {
		this.#timeSliceMs = timeSliceMs;
	}

	/** Queues a task. @param work must not throw */
	add(work: () => void): void {
		this.#tasks.push(work);
		this.#next ??= setImmediate(() => this.#work());
	}

	#work(): void {
		this.#next = undefined;
		const endMs = monotonicNowMs() + this.#timeSliceMs;
		let done = 0;
		for (const work of this.#tasks) {
			work();
			done++;
			if (monotonicNowMs() >= endMs) break;
		}
		this.#tasks = this.#tasks.slice(done);
		if (this.#tasks.length > 0) this.#next ??= setImmediate(() => this.#work());
	}
}
