import { eventId } from '@footfall/protocol';
import type { SentBatch } from './page-traffic.js';

/** The acknowledged batches, as the pages know them. */
export class Ledger {
	/** Batches by visitor. */
	readonly #acked = new Map<number, SentBatch[]>();
	/** Number of their events. */
	events = 0;
	/** Number of batches that were answered `duplicate`. */
	duplicates = 0;

	add(batch: SentBatch, outcome: 'stored' | 'duplicate'): void {
		const batches = this.#acked.get(batch.visitor);
		if (batches === undefined) this.#acked.set(batch.visitor, [batch]);
		else batches.push(batch);
		this.events += batch.events;
		if (outcome === 'duplicate') this.duplicates++;
	}

	/** Divides the visitors into groups of about `eventsMax` acknowledged events, each with the ids of its events. */
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
