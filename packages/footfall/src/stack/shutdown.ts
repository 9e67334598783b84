/**
 * What was started and must be stopped, in the order of starting. Stopping goes in reverse, does each thing once, and
 * goes on when one of them fails, so that a half-finished start leaves nothing behind either.
 */
export class Shutdown {
	readonly #steps: { name: string; stop: () => Promise<void> | void }[] = [];
	#running: Promise<string[]> | undefined;

	/** Remembers how to stop what has just started. */
	add(name: string, stop: () => Promise<void> | void): void {
		this.#steps.push({ name, stop });
	}

	/** @returns what could not be stopped, as lines; empty when all is well */
	run(): Promise<string[]> {
		this.#running ??= this.#stopAll();
		return this.#running;
	}

	async #stopAll(): Promise<string[]> {
		const faults: string[] = [];
		for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
			try {
				await step.stop();
			} catch (error) {
				faults.push(`${step.name} did not stop cleanly: ${error instanceof Error ? error.message : error}`);
			}
		}
		return faults;
	}
}
