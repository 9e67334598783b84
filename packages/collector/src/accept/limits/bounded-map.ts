/** A map of so many entries at most: of too many, the one that was set longest ago is forgotten. */
export class BoundedMap<Key, Value> {
	readonly #entriesMax: number;
	/** Oldest first. */
	readonly #entries = new Map<Key, Value>();
	/**
	 * Stands before the oldest entry, whatever is set and deleted meanwhile. A new iterator for every eviction would walk over
	 * all places of deleted entries each time: with 100 000 entries that took half of the collector's time.
	 */
	readonly #oldest = this.#entries.keys();

	constructor(entriesMax: number) {
		this.#entriesMax = entriesMax;
	}

	get(key: Key): Value | undefined {
		return this.#entries.get(key);
	}

	/** Makes the entry the newest, also when it was there. */
	set(key: Key, value: Value): void {
		this.#entries.delete(key);
		this.#entries.set(key, value);
		if (this.#entries.size <= this.#entriesMax) return;
		// There is one: more entries than allowed are there.
		this.#entries.delete(this.#oldest.next().value as Key);
	}

	delete(key: Key): void {
		this.#entries.delete(key);
	}
}
