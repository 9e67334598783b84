import { eventId } from '@footfall/protocol';
import type { SentBatch } from './page-traffic.js';

/** What was acknowledged, batch by batch, as the pages know it. */
export class Ledger {
	/** Batches by visitor. */
	readonly #acked = new Map<number, SentBatch[]>();
	/** Events of them. */
	events = 0;
	/** Batches that were answered `duplicate`. */
	duplicates = 0;

	add(batch: SentBatch, outcome: 'stored' | 'duplicate'): void {
		const batches = this.#acked.get(batch.visitor);
		if (batches === undefined) this.#acked.set(batch.visitor, [batch]);
		else batches.push(batch);
		this.events += batch.events;
		if (outcome === 'duplicate') this.duplicates++;
	}

	/** The visitors, in groups of at most about so many acknowledged events, each group with the ids of its events. */
	*groups(eventsMax: number): Generator<{ visitors: number[]; ids: Set<string> }> {
		let group = { visitors: [] as number[], ids: new Set<string>() };
		for (const [visitor, batches] of this.#acked) {
			group.visitors.push(visitor);
			for (const { stream, sequence, events } of batches) {
				for (let index = 0; index < events; index++) group.ids.add(eventId(visitor, stream, sequence, index));
			}
			if (group.ids.size < eventsMax) continue;
			yield group;
			group = { visitors: [], ids: new Set() };
		}
		yield group;
	}
}
