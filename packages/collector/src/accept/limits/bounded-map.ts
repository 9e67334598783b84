/** A map with a maximum number of entries. Above it, the entry that was set longest ago is removed. */
export class BoundedMap<Key, Value> {
	readonly #entriesMax: number;
	/** Oldest first. */
	readonly #entries = new Map<Key, Value>();
	/**
	 * Iterator that always stands before the oldest entry, also after entries were set and deleted. A new iterator for
	 * each eviction would walk over the slots of all deleted entries: with 100,000 entries this took half of the
	 * collector's time.
	 */
	readonly #oldest = this.#entries.keys();

	constructor(entriesMax: number) {
		this.#entriesMax = entriesMax;
	}

	get(key: Key): Value | undefined {
		return this.#entries.get(key);
	}

	/** Sets an entry and makes it the newest, also if the key existed. */
	set(key: Key, value: Value): void {
		this.#entries.delete(key);
		this.#entries.set(key, value);
		if (this.#entries.size <= this.#entriesMax) return;
		// The iterator has a next entry, since the map has more entries than its maximum.
		this.#entries.delete(this.#oldest.next().value as Key);
	}

	delete(key: Key): void {
		this.#entries.delete(key);
	}
}
