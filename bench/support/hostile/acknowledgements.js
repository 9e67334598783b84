import { outcomes } from '@footfall/protocol';

/**
 * Keeps batches until they are acknowledged, and records their latencies. A batch that gets retry-later is sent again
 * after the time that the collector gives, as pages do. Its latency is the time from the first attempt to the final
 * answer.
 */
export class Acknowledgements {
	#latenciesMs = [];
	#pending = new Map();
	retryLater = 0;
	refused = 0;
	/** Events acknowledged as stored. */
	stored = 0;

	/** @param isCounted whether its latency is part of the result */
	add(batch, events, isCounted) {
		this.#pending.set(keyOf(batch), { ...batch, events, isCounted, sentAtMs: performance.now() });
	}

	/** Batches without a final answer, which must be sent again. */
	pending() {
		return [...this.#pending.values()];
	}

	/**
	 * @param answer as the collector gives it, by socket or as the body
	 * @param again is called when the batch is to be sent again
	 */
	take([kind, stream, sequence, outcome, retryAfterMs], again) {
		const batch = kind === 'ack' ? this.#pending.get(keyOf({ stream, sequence })) : undefined;
		if (batch === undefined) return;
		if (!outcomes[outcome].final) {
			this.retryLater++;
			setTimeout(() => again(batch), retryAfterMs);
			return;
		}
		this.#pending.delete(keyOf(batch));
		if (outcomes[outcome].status === 200) this.stored += batch.events;
		else this.refused++;
		if (batch.isCounted) this.#latenciesMs.push(performance.now() - batch.sentAtMs);
	}

	/** Milliseconds from each sending to the final answer; for batches without one, to now. */
	latenciesMs() {
		const waiting = this.pending().filter(({ isCounted }) => isCounted);
		return [...this.#latenciesMs, ...waiting.map(({ sentAtMs }) => performance.now() - sentAtMs)];
	}
}

const keyOf = ({ stream, sequence }) => `${stream} ${sequence}`;
