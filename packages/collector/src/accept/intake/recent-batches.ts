import { hash } from 'node:crypto';
import type { Appended } from '../../wal/commit-group.js';
import { BoundedMap } from '../limits/bounded-map.js';

/**
 * The key of a batch in the window: a hash of its bytes, which stay the same however often it is sent (PROTOCOL.md,
 * P1). Visitor, stream and sequence are not sufficient: other content under the same three numbers would be answered
 * `duplicate` and never be stored. A sender cannot find other bytes with the same SHA-256, and the map hashes the text
 * with a seed of this process.
 */
export function identityOf(frame: Uint8Array): string {
	return hash('sha256', frame, 'base64');
}

/**
 * The batches taken last, so that one sent again is answered without being written again. What the window has forgotten
 * is written twice and collapses in the warehouse, where the same batch has the same event ids: the window saves disk,
 * it is not what makes events count once.
 */
export class RecentBatches {
	readonly #batches: BoundedMap<string, Promise<Appended>>;

	constructor(batchesMax: number) {
		this.#batches = new BoundedMap(batchesMax);
	}

	/** What became of the batch, or is about to; `undefined` when it is not known. */
	get(identity: string): Promise<Appended> | undefined {
		return this.#batches.get(identity);
	}

	/** Remembers a batch until it turns out not to have been kept. */
	add(identity: string, appended: Promise<Appended>): void {
		this.#batches.set(identity, appended);
		void appended.then((result) => {
			if (result !== 'synced' && this.#batches.get(identity) === appended) this.#batches.delete(identity);
		});
	}
}
