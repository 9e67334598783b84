import type { Progress } from './progress.js';

/** The process around a command, passed in so that a test can run a command without a terminal. */
export interface Context {
	/** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
	signal: AbortSignal;
	/** Prints a line on stdout. */
	print(line: string): void;
	/**
	 * Writes bytes to stdout, and waits until they are written, so that a large result is never held in memory.
	 *
	 * @returns false if they could not be written, because the reader of the output has gone or a disk is full
	 */
	write(bytes: Uint8Array): Promise<boolean>;
	/** Whether stdout is a terminal whose lines can be redrawn. */
	terminal: boolean;
	/** Tells on stderr, if that is a terminal, which step of more than a second is in progress. */
	progress: Progress;
}
