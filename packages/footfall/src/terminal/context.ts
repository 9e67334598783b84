/** The process around a command, passed in so that a test can run a command without a terminal. */
export interface Context {
	/** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
	signal: AbortSignal;
	/** Prints a line on stdout. */
	print(line: string): void;
	/** Whether stdout is a terminal whose lines can be redrawn. */
	terminal: boolean;
}
