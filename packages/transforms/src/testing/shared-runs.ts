import { setImmediate } from 'node:timers/promises';

/** A test that waits for a run. */
interface Waiting<Item> {
	items: readonly Item[];
	published: () => void;
	failed: (error: unknown) => void;
}

/**
 * Runs of the transforms that concurrent tests share. Each test adds events of a site of its own and waits until a run
 * has published them. A run starts when every test waits for one or has ended: it costs the same with the events of
 * twenty sites as with those of one.
 */
export class SharedRuns<Item> {
	readonly #run: (items: readonly Item[]) => Promise<unknown>;
	#tests = 0;
	#waiting: Waiting<Item>[] = [];

	/** @param run adds the items of several tests to the raw table, and builds the marts */
	constructor(run: (items: readonly Item[]) => Promise<unknown>) {
		this.#run = run;
	}

	/** Counts a test that has started. @returns a function for its end */
	begin(): () => void {
		this.#tests++;
		return () => {
			this.#tests--;
			this.#startIfAllWait();
		};
	}

	/** Resolves when a run with the items, which may be none, is published. */
	async published(items: readonly Item[]): Promise<void> {
		// Other tests may be about to start.
		await setImmediate();
		await new Promise<void>((resolve, reject) => {
			this.#waiting.push({ items, published: resolve, failed: reject });
			this.#startIfAllWait();
		});
	}

	#startIfAllWait(): void {
		if (this.#waiting.length === 0 || this.#waiting.length < this.#tests) return;
		const all = this.#waiting;
		this.#waiting = [];
		this.#run(all.flatMap(({ items }) => items)).then(
			() => {
				for (const { published } of all) published();
			},
			(error) => {
				for (const { failed } of all) failed(error);
			},
		);
	}
}
