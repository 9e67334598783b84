import { hash } from 'node:crypto';
import type { Appended } from '../../wal/commit-group.js';
import { BoundedMap } from '../limits/bounded-map.js';

/**
 * The content key of a batch: a hash of its bytes, which are the same each time it is sent (PROTOCOL.md, P1). Visitor,
 * stream and sequence are not sufficient: other content under the same three numbers would be answered `duplicate` and
 * never be stored. A sender cannot find other bytes with the same SHA-256, and the map hashes the text with a seed of
 * this process.
 */
export function contentKeyOf(frame: Uint8Array): string {
	return hash('sha256', frame, 'base64');
}

/**
 * The most recent batches, so that a batch that is resent is answered without being written again. A batch that is no
 * longer remembered is written twice and collapses in the warehouse, where it has the same idempotency keys: this class
 * saves disk space, and correctness does not depend on it.
 */
export class RecentBatches {
	readonly #batches: BoundedMap<string, Promise<Appended>>;

	constructor(batchesMax: number) {
		this.#batches = new BoundedMap(batchesMax);
	}

	/** Returns the pending or final result of a batch; `undefined` if the batch is not remembered. */
	get(contentKey: string): Promise<Appended> | undefined {
		return this.#batches.get(contentKey);
	}

	/** Remembers a batch, and forgets it again if its append fails. */
	add(contentKey: string, appended: Promise<Appended>): void {
		this.#batches.set(contentKey, appended);
		void appended.then((result) => {
			if (result !== 'durable' && this.#batches.get(contentKey) === appended) this.#batches.delete(contentKey);
		});
	}
}
