import { Crowd, type CrowdBatch, receipts } from '@footfall/demo-shop/crowd';
import type { Chunk, HistoryOptions, HistoryPlan } from './plan.js';

/** Called with a batch and the time at which a copy of it was received, ms since 1970. */
export type Take = (batch: CrowdBatch, receivedAtMs: number) => void;

/** Plays the people of the chunks of a history. */
export class ChunkPlayer {
	readonly #crowd: Crowd;
	readonly #plan: HistoryPlan;
	readonly #onlyOrders: boolean;

	constructor(options: HistoryOptions, plan: HistoryPlan) {
		this.#crowd = new Crowd(options.crowd);
		this.#plan = plan;
		this.#onlyOrders = options.onlyOrders ?? false;
	}

	/** Calls `take` for every copy of every batch that is sent within the history. */
	play({ firstDay, lastDay }: Chunk, take: Take): void {
		const { fromMs, toMs } = this.#plan;
		for (let day = firstDay; day <= lastDay; day++) {
			this.#crowd.playDay(day, (batch) => {
				if (batch.sentAtMs < fromMs || batch.sentAtMs >= toMs) return;
				if (this.#onlyOrders && batch.events[0]?.order === undefined) return;
				for (const receivedAtMs of receipts(this.#crowd.options, batch)) take(batch, receivedAtMs);
			});
		}
	}
}
