import { exitCodes } from './exit-code.js';
import { hangUpSigns, isHangUpIgnored } from './hang-up.js';

/**
 * Returns an abort signal that the first SIGINT, SIGTERM or SIGHUP triggers, so that a command stops what it started.
 * The second SIGINT or SIGTERM ends the process at once; the embedded ClickHouse then detects that its parent process
 * has ended, and stops.
 *
 * A closed terminal sends SIGHUP several times, and service managers send it along with SIGTERM, so it never ends the
 * process at once. If it was ignored at the start, it is ignored.
 */
export function listenForSignals(): AbortSignal {
	const controller = new AbortController();
	let requests = 0;
	const onRequest = () => {
		if (++requests > 1) process.exit(exitCodes.interrupted);
		controller.abort();
	};
	process.on('SIGINT', onRequest);
	process.on('SIGTERM', onRequest);
	const isIgnored = isHangUpIgnored(hangUpSigns());
	// Without a listener, Node would let the signal end the process.
	process.on('SIGHUP', () => !isIgnored && controller.abort());
	return controller.signal;
}
