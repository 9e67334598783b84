import { createHistogram } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { CrowdBatch } from '@footfall/demo-shop/crowd';
import { ReadyQueue } from './ready-queue.js';
import type { Actor } from './shoppers.js';
import type { Answer, Parcel, Transport } from './transport.js';

/** Counts of a run, final or so far. */
export interface LiveCounts {
	/** Generated batches. */
	readonly batches: number;
	/** Generated events. */
	readonly events: number;
	/** Events acknowledged as stored or as duplicates. */
	readonly acked: number;
	/** Batches with the outcome `duplicate`. */
	readonly duplicates: number;
	/** Permanently refused events. */
	readonly refused: number;
	/** Number of retries of batches. */
	readonly sentAgain: number;
	/** Events without an answer. */
	readonly unanswered: number;
	/** Time from the first attempt to send a batch to its acknowledgement, ms. */
	readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
}

export interface LiveOptions {
	readonly transport: Transport;
	/** Sources of batches, called in turn; each is called again when all its batches are answered. */
	readonly actors: readonly Actor[];
	/** Batches per second of all actors together. @default as fast as answers arrive */
	readonly batchesPerSecond?: number;
	/** Encodes a batch for the transport. */
	encode(batch: CrowdBatch): Uint8Array;
	/** Duration of the run, ms. @default until it is aborted, or an actor has no more batches */
	readonly durationMs?: number;
	/** Ends the run when aborted. Batches in progress are still awaited. */
	readonly signal?: AbortSignal;
	/** Timeout at the end for batches in progress, ms. @default 15 000 */
	readonly drainMsMax?: number;
	/** Called with each generated batch, before it is sent. */
	onBatch?(batch: CrowdBatch): void;
	/** Called about once per second. */
	onProgress?(counts: LiveCounts): void;
}

const tickMs = 5;
/** Delay before a lost batch is sent again, ms. */
const lostRetryMs = 200;

/** A batch that was sent and has no final answer. */
interface Unsettled extends Parcel {
	readonly events: number;
	readonly actor: number;
	/** Time of the first attempt. */
	readonly sentAtMs: number;
}

/** Calls actors, and sends each of their batches until it is acknowledged, always with the same bytes, as pages do. */
export class LiveRun {
	readonly #options: LiveOptions;
	readonly #ready: ReadyQueue;
	/** Number of unsettled batches of each actor. */
	readonly #pending: Uint32Array;
	#unsettled = 0;
	/** Whether actors are called no more. */
	#isOver: boolean = false;
	/** Whether batches are sent no more. */
	#isDone: boolean = false;
	#pumping: boolean = false;
	#startedAtMs = 0;
	readonly #counts = { batches: 0, events: 0, acked: 0, duplicates: 0, refused: 0, sentAgain: 0 };
	readonly #latency = createHistogram();

	constructor(options: LiveOptions) {
		this.#options = options;
		this.#ready = new ReadyQueue(options.actors.length);
		this.#pending = new Uint32Array(options.actors.length);
	}

	/** @returns the final counts; the run succeeded if every generated event is acknowledged */
	async run(): Promise<LiveCounts> {
		try {
			await this.#act();
			await this.#drain();
		} finally {
			this.#isOver = true;
			// A closed transport reports all batches in progress as lost, which would be retried endlessly.
			this.#isDone = true;
		}
		return this.counts();
	}

	async #act(): Promise<void> {
		const { durationMs = Number.POSITIVE_INFINITY, signal, onProgress } = this.#options;
		this.#startedAtMs = performance.now();
		let reportedAtMs = this.#startedAtMs;
		const isTimeUp = () => performance.now() - this.#startedAtMs > durationMs || signal?.aborted === true;
		while (!this.#isOver) {
			if (isTimeUp()) return;
			this.#pump();
			await wait(tickMs);
			if (performance.now() - reportedAtMs < 1_000) continue;
			reportedAtMs = performance.now();
			onProgress?.(this.counts());
		}
	}

	async #drain(): Promise<void> {
		this.#isOver = true;
		const drainUntilMs = performance.now() + (this.#options.drainMsMax ?? 15_000);
		while (this.#unsettled > 0 && performance.now() < drainUntilMs) await wait(tickMs);
	}

	counts(): LiveCounts {
		const ms = (percentile: number) => Math.round(this.#latency.percentile(percentile) / 10_000) / 100;
		const { events, acked, refused } = this.#counts;
		const latencyMs = { p50: ms(50), p95: ms(95), p99: ms(99), max: ms(100) };
		return { ...this.#counts, unanswered: events - acked - refused, latencyMs };
	}

	/** Calls the actors that are ready, within the rate. */
	#pump(): void {
		const { actors, batchesPerSecond = Number.POSITIVE_INFINITY } = this.#options;
		const seconds = (performance.now() - this.#startedAtMs) / 1_000;
		const due = batchesPerSecond * seconds;
		// Only actors that are ready now; the others are called the next time.
		for (let left = this.#ready.length; left > 0 && !this.#isOver && this.#counts.batches < due; left--) {
			const index = this.#ready.next();
			const batches = actors[index]?.next(Date.now());
			if (batches === undefined) this.#isOver = true;
			else for (const batch of batches) this.#make(batch, index);
			if (batches?.length === 0) this.#ready.add(index);
		}
	}

	#make(batch: CrowdBatch, actor: number): void {
		const { page, sequence, events } = batch;
		const sender = { profile: page.visitor.profile, place: page.person.place };
		const bytes = this.#options.encode(batch);
		this.#options.onBatch?.(batch);
		this.#counts.batches++;
		this.#counts.events += events.length;
		this.#unsettled++;
		this.#pending[actor] = (this.#pending[actor] as number) + 1;
		this.#send({
			sender,
			visitor: page.visitor.id,
			stream: page.stream,
			sequence,
			bytes,
			events: events.length,
			actor,
			sentAtMs: performance.now(),
		});
	}

	#send(unsettled: Unsettled): void {
		if (this.#isDone) return;
		this.#options.transport.send(unsettled, this.#settle);
	}

	readonly #settle = (unsettled: Unsettled, answer: Answer, retryAfterMs: number): void => {
		if (answer === 'lost' || answer === 'retry-later') {
			this.#counts.sentAgain++;
			const timer = setTimeout(() => this.#send(unsettled), answer === 'lost' ? lostRetryMs : retryAfterMs);
			if (this.#isOver) timer.unref();
			return;
		}
		if (answer === 'stored' || answer === 'duplicate') {
			this.#counts.acked += unsettled.events;
			if (answer === 'duplicate') this.#counts.duplicates++;
			this.#latency.record(Math.max(1, Math.round((performance.now() - unsettled.sentAtMs) * 1e6)));
		} else {
			this.#counts.refused += unsettled.events;
		}
		this.#unsettled--;
		const left = (this.#pending[unsettled.actor] as number) - 1;
		this.#pending[unsettled.actor] = left;
		if (left > 0) return;
		this.#ready.add(unsettled.actor);
		if (this.#options.batchesPerSecond === undefined) this.#pumpSoon();
	};

	/** Without a rate, answers trigger the next calls of actors. */
	#pumpSoon(): void {
		if (this.#pumping || this.#isOver) return;
		this.#pumping = true;
		setImmediate(() => {
			this.#pumping = false;
			this.#pump();
		});
	}
}
