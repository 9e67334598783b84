import { exitCodes } from './exit-code.js';

/**
 * Returns an abort signal that the first SIGINT or SIGTERM triggers, so that a command stops what it started. The
 * second one ends the process at once; the embedded ClickHouse then detects that its parent process has ended, and
 * stops.
 */
export function listenForSignals(): AbortSignal {
	const controller = new AbortController();
	const onSignal = () => {
		if (controller.signal.aborted) process.exit(exitCodes.interrupted);
		controller.abort();
	};
	process.on('SIGINT', onSignal);
	process.on('SIGTERM', onSignal);
	return controller.signal;
}
