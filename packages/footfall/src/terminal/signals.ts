import { exitCodes } from './exit-code.js';

/**
 * A signal that aborts on the first SIGINT or SIGTERM, so that a command stops what it started. The second one ends the
 * process at once: the embedded ClickHouse then notices that its parent is gone and stops by itself.
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
