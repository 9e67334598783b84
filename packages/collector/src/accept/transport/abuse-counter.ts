import type { Outcome } from '@footfall/protocol';
import type { Excess } from '../limits/rate-limits.js';

/** Reason for closing a socket: its sender sends messages that are not batches, or ignores deferrals. */
export type Closing = 'malformed' | 'excess';

/** Number of messages that are not batches after which a socket is closed. A page that works sends none. */
const malformedMax = 5;

/**
 * Number of consecutive batches after which a socket is closed if all were deferred because of rates. A page has at
 * most eight batches in flight, and then waits for the time that it is given.
 */
const excessMax = 50;

const excesses: ReadonlySet<string | undefined> = new Set<Excess | 'busy'>([
	'address-bytes',
	'address-rate',
	'visitor-rate',
	'busy',
]);

/** Tracks the conduct of the sender behind one socket. */
export class Conduct {
	#malformed = 0;
	#excess = 0;

	/**
	 * Counts an answer.
	 * @returns the reason for closing the socket, if there is one
	 */
	count({ outcome, deferral }: { outcome: Outcome; deferral?: string | undefined }): Closing | undefined {
		if (excesses.has(deferral)) return ++this.#excess >= excessMax ? 'excess' : undefined;
		if (deferral === undefined) this.#excess = 0;
		return isMalformed(outcome) && ++this.#malformed >= malformedMax ? 'malformed' : undefined;
	}
}

/**
 * Returns whether no page that works sends this. A page with a wrong origin or an unknown site is only misconfigured.
 */
function isMalformed(outcome: Outcome): boolean {
	return ['malformed', 'unsupported-version', 'limit-exceeded', 'too-large'].includes(outcome);
}
