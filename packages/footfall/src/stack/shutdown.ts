/**
 * The parts that were started and must be stopped. They are stopped in reverse order, each once. If one fails to stop,
 * the others are still stopped. A start that fails half-way is cleaned up in the same way.
 */
export class Shutdown {
	readonly #steps: { name: string; stop: () => Promise<void> | void }[] = [];
	#running: Promise<string[]> | undefined;

	/** Adds a part that has just started. @param name of the part, for an error */
	add(name: string, stop: () => Promise<void> | void): void {
		this.#steps.push({ name, stop });
	}

	/** Stops all parts. @returns a line for each part that could not be stopped */
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
