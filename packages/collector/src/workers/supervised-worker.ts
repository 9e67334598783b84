import { setTimeout as sleep } from 'node:timers/promises';
import type { Site } from '../accept/intake/site-table.js';
import type { Unreadiness } from '../admin/admin-routes.js';
import type { Logger } from '../logger.js';
import type { MetricValues } from '../metrics.js';
import { ForkedProcess } from './forked-process.js';
import type { WorkerCalls, WorkerStart } from './worker-calls.js';
import { WorkerProcess } from './worker-process.js';

/** Pauses before a worker that ended is restarted, ms; they double. */
const restartPauseMs = { first: 200, max: 30_000 };

/**
 * Timeouts for the answers of a worker, ms. For a scrape it is less than the scrape timeout of Prometheus, so that
 * Prometheus gets the metrics of the other workers; for a probe it is less than usual probe timeouts.
 */
const answerMsMax = { metrics: 2_000, unreadiness: 500 };

interface Bounds {
	heapBytesMax: number;
	/** Called when a process ended unexpectedly. */
	onEnded: (worker: number) => void;
	stopMs: number;
	handOffMsMax: number;
	logger: Logger;
}

/** Calls that a worker must answer within a timeout. */
type Answers = {
	[Question in 'metrics' | 'unreadiness' | 'handOff']: Awaited<ReturnType<WorkerCalls[Question]>>;
};

/** A worker that is restarted when its process ends. */
export class SupervisedWorker {
	#start: WorkerStart;
	readonly #bounds: Bounds;
	readonly #stopping = new AbortController();
	/** `undefined` while it is being restarted. */
	#process: WorkerProcess | undefined;
	/**
	 * Calls whose answers are late. Later callers wait for the pending answer, so that calls do not pile up at a stuck
	 * process.
	 */
	readonly #late = new Map<keyof Answers, Promise<unknown>>();
	/** Resolves when a process runs, or when none will run any more. */
	#up: Promise<void> = Promise.resolve();

	private constructor(start: WorkerStart, process: WorkerProcess, bounds: Bounds) {
		this.#start = start;
		this.#bounds = bounds;
		this.#take(process);
	}

	/**
	 * @param spare a forked process that may not have ended
	 * @throws StartRefusal when the first start fails; later failures are logged, and the start is retried
	 */
	static async start(start: WorkerStart, bounds: Bounds, spare?: ForkedProcess): Promise<SupervisedWorker> {
		const forked = spare?.take() ? spare : new ForkedProcess(bounds.heapBytesMax);
		return new SupervisedWorker(start, await WorkerProcess.start(start, bounds.logger, forked), bounds);
	}

	/** Number of the worker, from 1. */
	get worker(): number {
		return this.#start.place.worker;
	}

	/** Whether its process runs. */
	get isUp(): boolean {
		return this.#process !== undefined;
	}

	/** `undefined` when the worker does not run or does not answer within two seconds. */
	async metrics(): Promise<MetricValues | undefined> {
		return (await this.#ask('metrics', answerMsMax.metrics))?.answer;
	}

	/**
	 * A worker that does not answer within half a second is `failing`: the kernel goes on giving it connections. A
	 * worker that does not run gets none, so it is no reason to keep connections from the others.
	 */
	async unreadiness(): Promise<Unreadiness> {
		if (this.#process === undefined) return undefined;
		const answered = await this.#ask('unreadiness', answerMsMax.unreadiness);
		return answered === undefined ? 'failing' : answered.answer;
	}

	/** Puts other sites in force, which were checked, also in processes that start later. */
	async replaceSites(sites: readonly Site[]): Promise<void> {
		this.#start = { ...this.#start, options: { ...this.#start.options, sites } };
		// A process that ends before it answers is followed by one that starts with these sites.
		const { calls } = this.#process ?? {};
		await calls?.replaceSites(sites).catch((error: unknown) => {
			if (!calls.$closed) throw error;
		});
	}

	/** Resolves immediately if the worker does not run. */
	async handOff(): Promise<void> {
		await this.#ask('handOff', this.#bounds.handOffMsMax);
	}

	/**
	 * Resolves when the WAL of the worker is delivered, also if the worker is restarted meanwhile. Rejects when the
	 * worker is stopped before.
	 */
	async drained(): Promise<void> {
		for (;;) {
			await this.#up;
			if (this.#process === undefined) throw new Error(`worker ${this.worker} is stopped`);
			const { ended, calls } = this.#process;
			try {
				return await calls.drained();
			} catch (error) {
				if (!calls.$closed) throw error;
				// The end must be recorded before the next process is awaited.
				await ended;
			}
		}
	}

	async stop(): Promise<void> {
		this.#stopping.abort();
		const process = this.#process;
		await process?.stop(this.#bounds.stopMs);
		await this.#up;
		// A process that was just being started has not received the call.
		if (this.#process !== process) await this.#process?.stop(this.#bounds.stopMs);
	}

	/** @returns `undefined` if the worker does not run, ends before it answers, or does not answer in time */
	async #ask<Question extends keyof Answers>(
		question: Question,
		msMax: number,
	): Promise<{ answer: Answers[Question] } | undefined> {
		if (this.#process === undefined) return undefined;
		const { calls } = this.#process;
		const late = this.#late.get(question) as Promise<Answers[Question]> | undefined;
		const asked = late ?? (calls[question]() as Promise<Answers[Question]>);
		const timer = new AbortController();
		const answered = asked.then(
			(answer) => ({ answer }),
			() => undefined,
		);
		const tooLate = sleep(msMax, undefined, { signal: timer.signal }).then(
			() => this.#keepLate(question, asked),
			() => undefined,
		);
		return await Promise.race([answered, tooLate]).finally(() => timer.abort());
	}

	#keepLate(question: keyof Answers, asked: Promise<unknown>): undefined {
		this.#late.set(question, asked);
		const isOver = () => {
			if (this.#late.get(question) === asked) this.#late.delete(question);
		};
		asked.then(isOver, isOver);
	}

	#take(process: WorkerProcess): void {
		this.#process = process;
		void process.ended.then((how) => {
			this.#process = undefined;
			if (this.#stopping.signal.aborted) return;
			this.#bounds.onEnded(this.worker);
			this.#bounds.logger.error(
				{ worker: this.worker, how },
				'a worker of the collector ended unexpectedly; restarting it',
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
				const forked = new ForkedProcess(this.#bounds.heapBytesMax);
				const start = { ...this.#start, orphans: [] };
				this.#take(await WorkerProcess.start(start, this.#bounds.logger, forked));
				// The sites may have been replaced meanwhile.
				const { sites } = this.#start.options;
				return sites === start.options.sites ? undefined : await this.replaceSites(sites);
			} catch (error) {
				this.#bounds.logger.error(
					{ err: error, worker: this.worker },
					'a worker of the collector could not be restarted; retrying',
				);
			}
		}
	}
}
