/** A map of so many entries at most: of too many, the one that was set longest ago is forgotten. */
export class BoundedMap<Key, Value> {
	readonly #entriesMax: number;
	/** Oldest first. */
	readonly #entries = new Map<Key, Value>();

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
		for (const oldest of this.#entries.keys()) {
			this.#entries.delete(oldest);
			break;
		}
	}

	delete(key: Key): void {
		this.#entries.delete(key);
	}
}
