import { eventId } from '@footfall/protocol';
import type { SentBatch } from './page-traffic.js';

/** The acknowledged events, as their senders know them. */
export class Ledger {
	/** Batches by visitor. */
	readonly #acked = new Map<number, SentBatch[]>();
	/** Ids of single events that were told in another way than by a batch, by visitor. */
	readonly #ids = new Map<number, Set<string>>();
	/** Number of acknowledged events. */
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

	/** Adds an event that has an id of its own; an id that is added again is the same event. */
	addId(visitor: number, id: string): void {
		const ids = this.#ids.get(visitor) ?? new Set<string>();
		if (ids.has(id)) return;
		this.#ids.set(visitor, ids.add(id));
		this.events++;
	}

	/** Divides the visitors into groups of about `eventsMax` acknowledged events, each with the ids of its events. */
	*groups(eventsMax: number): Generator<{ visitors: number[]; ids: Set<string> }> {
		let group = { visitors: [] as number[], ids: new Set<string>() };
		for (const visitor of new Set([...this.#acked.keys(), ...this.#ids.keys()])) {
			group.visitors.push(visitor);
			for (const id of this.#ids.get(visitor) ?? []) group.ids.add(id);
			for (const { stream, sequence, events } of this.#acked.get(visitor) ?? []) {
				for (let index = 0; index < events; index++) group.ids.add(eventId(visitor, stream, sequence, index));
			}
			if (group.ids.size < eventsMax) continue;
			yield group;
			group = { visitors: [], ids: new Set() };
		}
		yield group;
	}
}
