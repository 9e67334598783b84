/** Time in which a part of a body must arrive, ms. */
const partMs = 10_000;
/** Size of that part, bytes: 16 KiB per second. */
const partBytes = 163_840;

/** The minimum pace of a body: its end, or 160 KiB of it, must arrive in ten seconds. uWebSockets.js has the same. */
export class BodyPace {
	#bytes = 0;
	#deadlineMs: number;

	constructor(nowMs: number) {
		this.#deadlineMs = nowMs + partMs;
	}

	received(bytes: number, nowMs: number): void {
		this.#bytes += bytes;
		if (this.#bytes < partBytes) return;
		this.#bytes = 0;
		this.#deadlineMs = nowMs + partMs;
	}

	isTooSlow(nowMs: number): boolean {
		return nowMs >= this.#deadlineMs;
	}
}
