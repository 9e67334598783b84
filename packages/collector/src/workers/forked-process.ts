import { type ChildProcess, fork } from 'node:child_process';

/**
 * The path of the built file: Node runs no TypeScript in a process of its own. The path is correct from `src` and from
 * `dist`.
 */
const workerFile = new URL('../../dist/workers/worker-main.js', import.meta.url);

/** Default heap limit of one worker, bytes. */
export const heapBytesMaxDefault: number = 1_024 * 1_048_576;

/**
 * A process that loads the code of a worker and waits for its start message. Loading takes a third of a second, which a
 * caller that forks it before ClickHouse is ready does not have to wait for: see `spare` of startCollectorGroup.
 */
export class ForkedProcess {
	readonly child: ChildProcess;
	/** Resolves with the exit code, the name of the signal, or the reason why the process could not be started. */
	readonly ended: Promise<number | string>;
	#isTaken: boolean = false;
	#hasEnded: boolean = false;

	/** @param heapBytesMax maximum JavaScript heap, bytes; above it V8 ends the process @default 1 GiB */
	constructor(heapBytesMax: number = heapBytesMaxDefault) {
		this.child = fork(workerFile, [], {
			execArgv: [`--max-old-space-size=${Math.ceil(heapBytesMax / 1_048_576)}`],
			serialization: 'advanced',
			// The process has its own session: Ctrl-C in a terminal must reach the group only, which stops its parts in
			// order.
			detached: true,
		});
		this.ended = endOf(this.child);
		void this.ended.then(() => (this.#hasEnded = true));
	}

	/** Transfers the process to the caller, who must end it. @returns whether it is still available */
	take(): boolean {
		const isFree = !this.#isTaken && !this.#hasEnded;
		this.#isTaken = true;
		return isFree;
	}

	/** Ends the process, unless a caller has taken it. It holds no data yet. */
	async discard(): Promise<void> {
		if (!this.take()) return;
		this.child.kill('SIGKILL');
		await this.ended;
	}
}

function endOf(child: ChildProcess): Promise<number | string> {
	return new Promise((resolve) => {
		child.once('exit', (code, signal) => resolve(code ?? signal ?? ''));
		// Without a listener, a failure to start or kill the child would end this process.
		child.on('error', (error) => {
			if (child.pid === undefined) resolve(error.message);
		});
	});
}
