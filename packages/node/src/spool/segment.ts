import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';

/**
 * A file of the spool: one event per line. It exists as long as one of its events waits for its acknowledgement. There
 * is no mark on single events: after a crash all events of the file are sent again, and those that the collector has
 * already count once, since they have the same ids.
 */
export class Segment {
	readonly #path: string;
	#file: number | undefined;
	#waiting = 0;
	#bytes = 0;

	constructor(path: string, waiting = 0) {
		this.#path = path;
		this.#waiting = waiting;
	}

	get bytes(): number {
		return this.#bytes;
	}

	/**
	 * Appends an event. When the call returns, the event survives the end of this process, though not that of the
	 * machine: only the collector's acknowledgement means that it is on a disk.
	 *
	 * @throws the system's error
	 */
	append(text: string): void {
		this.#file ??= openSync(this.#path, 'a', 0o600);
		const line = Buffer.from(`${text}\n`);
		for (let at = 0; at < line.length; ) at += writeSync(this.#file, line, at);
		this.#bytes += line.length;
		this.#waiting++;
	}

	/** Says that one more event is settled. Removes the file, or empties it if more events may be appended. */
	settled(): void {
		this.#waiting--;
		if (this.#waiting > 0) return;
		if (this.#file === undefined) rmSync(this.#path, { force: true });
		else ftruncateSync(this.#file);
		this.#bytes = 0;
	}

	/** Ends appending. Removes the file if none of its events waits. */
	end(): void {
		if (this.#file !== undefined) closeSync(this.#file);
		this.#file = undefined;
		if (this.#waiting <= 0) rmSync(this.#path, { force: true });
	}
}
