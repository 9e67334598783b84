import { type ChildProcess, fork } from 'node:child_process';

/**
 * Always the built file: Node runs no TypeScript in a process of its own, and this address is right from `src` as from
 * `dist`.
 */
const workerFile = new URL('../../dist/workers/worker-main.js', import.meta.url);

/** Bytes of JavaScript heap of one worker, where nothing else is said. */
export const heapBytesMaxDefault: number = 1_024 * 1_048_576;

/**
 * A process that loads the code of a worker and waits to be told its work. Loading takes a third of a second, for which
 * nobody has to wait who forks it before there is a ClickHouse: see `spare` of startCollectorGroup.
 */
export class ForkedProcess {
	readonly child: ChildProcess;
	/** Resolves with the exit code, the signal's name, or why it could not be started. */
	readonly ended: Promise<number | string>;
	#isTaken: boolean = false;
	#hasEnded: boolean = false;

	/** @param heapBytesMax bytes of JavaScript heap, above which V8 ends the process @default 1 GiB */
	constructor(heapBytesMax: number = heapBytesMaxDefault) {
		this.child = fork(workerFile, [], {
			execArgv: [`--max-old-space-size=${Math.ceil(heapBytesMax / 1_048_576)}`],
			serialization: 'advanced',
			// A session of its own: Ctrl-C in a terminal must reach the group alone, which stops things in their order.
			detached: true,
		});
		this.ended = endOf(this.child);
		void this.ended.then(() => (this.#hasEnded = true));
	}

	/** Makes it the caller's to end. @returns whether it can still be had */
	take(): boolean {
		const isFree = !this.#isTaken && !this.#hasEnded;
		this.#isTaken = true;
		return isFree;
	}

	/** Ends it, unless somebody has taken it. It holds nothing yet. */
	async discard(): Promise<void> {
		if (!this.take()) return;
		this.child.kill('SIGKILL');
		await this.ended;
	}
}

function endOf(child: ChildProcess): Promise<number | string> {
	return new Promise((resolve) => {
		child.once('exit', (code, signal) => resolve(code ?? signal ?? ''));
		// Without a listener a process that cannot be started or killed would end this one.
		child.on('error', (error) => {
			if (child.pid === undefined) resolve(error.message);
		});
	});
}
