import { createHistogram } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { CrowdBatch } from '@footfall/demo-shop/crowd';
import type { Actor } from './shoppers.js';
import type { Answer, Parcel, Transport } from './transport.js';
import { Turns } from './turns.js';

/** How a run is going, or how it went. */
export interface LiveCounts {
	/** Batches and events made. */
	readonly batches: number;
	readonly events: number;
	/** Events acknowledged as stored or as duplicates. */
	readonly acked: number;
	/** Batches that were answered `duplicate`. */
	readonly duplicates: number;
	/** Events refused for good. */
	readonly refused: number;
	/** Times that a batch was sent again. */
	readonly sentAgain: number;
	/** Events without an answer. */
	readonly unanswered: number;
	/** Milliseconds from the first time that a batch was sent to its acknowledgement, of all so far. */
	readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
}

export interface LiveOptions {
	readonly transport: Transport;
	/** Who acts; one after the other gets their turn, and the next one only when all they sent is answered. */
	readonly actors: readonly Actor[];
	/** Batches a second of all together. @default as fast as answers come */
	readonly batchesPerSecond?: number;
	/** A batch in the form that is sent. */
	encode(batch: CrowdBatch): Uint8Array;
	/** How long to go on, milliseconds. @default until it is stopped, or nothing is left */
	readonly durationMs?: number;
	/** Aborting it ends the run as time does: what is under way is waited for. */
	readonly signal?: AbortSignal;
	/** Longest wait at the end for what is under way, milliseconds. @default 15 000 */
	readonly drainMsMax?: number;
	/** Called with each batch that is made, before it is sent. */
	onBatch?(batch: CrowdBatch): void;
	/** Called about once a second. */
	onProgress?(counts: LiveCounts): void;
}

const tickMs = 5;
/** Before a batch that was lost is sent again. */
const lostRetryMs = 200;

/** Something sent and not yet settled. */
interface Unsettled extends Parcel {
	readonly events: number;
	readonly actor: number;
	/** The first time. */
	readonly sentAtMs: number;
}

/** Lets actors act and sends what they do until every batch is acknowledged, as pages do: the same bytes again where need be. */
export class LiveRun {
	readonly #options: LiveOptions;
	readonly #ready: Turns;
	/** Unsettled batches of each actor. */
	readonly #pending: Uint32Array;
	#unsettled = 0;
	/** Nobody acts any more. */
	#isOver: boolean = false;
	/** Nothing is sent any more either. */
	#isDone: boolean = false;
	#pumping: boolean = false;
	#startedAtMs = 0;
	readonly #counts = { batches: 0, events: 0, acked: 0, duplicates: 0, refused: 0, sentAgain: 0 };
	readonly #latency = createHistogram();

	constructor(options: LiveOptions) {
		this.#options = options;
		this.#ready = new Turns(options.actors.length);
		this.#pending = new Uint32Array(options.actors.length);
	}

	/** @returns how it went; all is well when every event made is acknowledged */
	async run(): Promise<LiveCounts> {
		try {
			await this.#act();
			await this.#drain();
		} finally {
			this.#isOver = true;
			// Closing the transport answers what is under way as lost, which would be sent again for ever.
			this.#isDone = true;
		}
		return this.counts();
	}

	async #act(): Promise<void> {
		const { durationMs = Number.POSITIVE_INFINITY, signal, onProgress } = this.#options;
		this.#startedAtMs = performance.now();
		let toldAtMs = this.#startedAtMs;
		const isTimeUp = () => performance.now() - this.#startedAtMs > durationMs || signal?.aborted === true;
		while (!this.#isOver) {
			if (isTimeUp()) return;
			this.#pump();
			await wait(tickMs);
			if (performance.now() - toldAtMs < 1_000) continue;
			toldAtMs = performance.now();
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

	/** Gives turns while there are some. */
	#pump(): void {
		const { actors, batchesPerSecond = Number.POSITIVE_INFINITY } = this.#options;
		const seconds = (performance.now() - this.#startedAtMs) / 1_000;
		const due = batchesPerSecond * seconds;
		// As many as there are at this moment: who becomes ready meanwhile has the next turn.
		for (let turns = this.#ready.length; turns > 0 && !this.#isOver && this.#counts.batches < due; turns--) {
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

	/** Without a pace, the next turn comes with the answers. */
	#pumpSoon(): void {
		if (this.#pumping || this.#isOver) return;
		this.#pumping = true;
		setImmediate(() => {
			this.#pumping = false;
			this.#pump();
		});
	}
}
