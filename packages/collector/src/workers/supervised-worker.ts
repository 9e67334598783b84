import { setTimeout as sleep } from 'node:timers/promises';
import type { Unreadiness } from '../accept/admin-routes.js';
import type { Logger } from '../logger.js';
import type { MetricValues } from '../metrics.js';
import type { WorkerStart } from './worker-calls.js';
import { WorkerProcess } from './worker-process.js';

/** Pauses before a worker that died is started again, milliseconds; they double. */
const restartPauseMs = { first: 200, max: 30_000 };

/** Milliseconds that a scrape waits for one worker. */
const answerMsMax = 5_000;

interface Bounds {
	stopMs: number;
	handOffMsMax: number;
	logger: Logger;
}

/** A worker that is started again when its process dies. */
export class SupervisedWorker {
	readonly #start: WorkerStart;
	readonly #stopMs: number;
	readonly #handOffMsMax: number;
	readonly #logger: Logger;
	readonly #stopping = new AbortController();
	/** `undefined` while it is being started again. */
	#process: WorkerProcess | undefined;
	/** Resolves when a process runs, or none will any more. */
	#up: Promise<void> = Promise.resolve();

	private constructor(start: WorkerStart, process: WorkerProcess, { stopMs, handOffMsMax, logger }: Bounds) {
		this.#start = start;
		this.#stopMs = stopMs;
		this.#handOffMsMax = handOffMsMax;
		this.#logger = logger;
		this.#take(process);
	}

	/** @throws StartRefusal; later ones are logged, and it is tried again */
	static async start(start: WorkerStart, bounds: Bounds): Promise<SupervisedWorker> {
		return new SupervisedWorker(start, await WorkerProcess.start(start, bounds.logger), bounds);
	}

	/** Whether its process runs. */
	get isUp(): boolean {
		return this.#process !== undefined;
	}

	/** `undefined` when it does not run or is too busy to answer. */
	metrics(): Promise<MetricValues | undefined> {
		return this.#answer((process) => process.calls.metrics());
	}

	/** One that does not run gets no visitors, so it is no reason to keep them from the others. */
	unreadiness(): Promise<Unreadiness> {
		return this.#answer((process) => process.calls.unreadiness());
	}

	/** Resolves at once when it does not run. */
	async handOff(): Promise<void> {
		await this.#answer((process) => process.calls.handOff(), this.#handOffMsMax);
	}

	/** Resolves when its log is delivered, over deaths and starts. Rejects when it is stopped before. */
	async drained(): Promise<void> {
		for (;;) {
			await this.#up;
			if (this.#process === undefined) throw new Error(`worker ${this.#start.worker} is stopped`);
			const { ended, calls } = this.#process;
			try {
				return await calls.drained();
			} catch (error) {
				if (!calls.$closed) throw error;
				// Its end is ours to see before we look for the next one.
				await ended;
			}
		}
	}

	async stop(): Promise<void> {
		this.#stopping.abort();
		const process = this.#process;
		await process?.stop(this.#stopMs);
		await this.#up;
		// One that was just being started has not heard of it.
		if (this.#process !== process) await this.#process?.stop(this.#stopMs);
	}

	async #answer<T>(ask: (process: WorkerProcess) => Promise<T>, msMax = answerMsMax): Promise<T | undefined> {
		if (this.#process === undefined) return undefined;
		const timer = new AbortController();
		const late = sleep(msMax, undefined, { signal: timer.signal }).catch(() => undefined);
		const answer = ask(this.#process).catch(() => undefined);
		return await Promise.race([answer, late]).finally(() => timer.abort());
	}

	#take(process: WorkerProcess): void {
		this.#process = process;
		void process.ended.then((how) => {
			this.#process = undefined;
			if (this.#stopping.signal.aborted) return;
			this.#logger.error(
				{ worker: this.#start.worker, how },
				'a worker of the collector ended by itself; starting it again',
			);
			this.#up = this.#startAgain();
		});
	}

	async #startAgain(): Promise<void> {
		const { signal } = this.#stopping;
		for (let pauseMs = restartPauseMs.first; ; pauseMs = Math.min(2 * pauseMs, restartPauseMs.max)) {
			await sleep(pauseMs, undefined, { signal }).catch(() => {});
			if (signal.aborted) return;
			try {
				return this.#take(await WorkerProcess.start({ ...this.#start, orphans: [] }, this.#logger));
			} catch (error) {
				this.#logger.error({ err: error, worker: this.#start.worker }, 'a worker of the collector did not start again');
			}
		}
	}
}
