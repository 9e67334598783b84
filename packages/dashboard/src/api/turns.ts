/** Lets so many work at once, and so many wait in line. */
export class Turns {
	#running = 0;
	readonly #line: (() => void)[] = [];
	readonly #runningMax: number;
	readonly #waitingMax: number;

	constructor(runningMax: number, waitingMax: number) {
		this.#runningMax = runningMax;
		this.#waitingMax = waitingMax;
	}

	/** False when the line is full. */
	async take(): Promise<boolean> {
		if (this.#running >= this.#runningMax) {
			if (this.#line.length >= this.#waitingMax) return false;
			// Who gives a turn back hands it over, so it is not free in between.
			await new Promise<void>((resolve) => this.#line.push(resolve));
			return true;
		}
		this.#running++;
		return true;
	}

	give(): void {
		const next = this.#line.shift();
		if (next) next();
		else this.#running--;
	}
}
