import type { Outcome } from '@footfall/protocol';
import type { ExceededLimit } from '../limits/rate-limits.js';

/** Reason for closing a socket: its sender sends messages that are not batches, or ignores `retry-later`. */
export type CloseReason = 'malformed' | 'excess';

/** Number of messages that are not batches after which a socket is closed. A working tracker sends none. */
const malformedMax = 5;

/**
 * Number of consecutive batches answered `retry-later` because of limits after which a socket is closed. A page has at
 * most eight batches in flight, and then waits as long as it was told.
 */
const limitedMax = 50;

const limitReasons: ReadonlySet<string | undefined> = new Set<ExceededLimit | 'busy'>([
	'address-bytes',
	'address-rate',
	'visitor-rate',
	'busy',
]);

/** Counts the abuse of one socket by its sender. */
export class AbuseCounter {
	#malformed = 0;
	#limited = 0;

	/**
	 * Counts an answer.
	 * @returns the reason for closing the socket, if there is one
	 */
	count({ outcome, retryReason }: { outcome: Outcome; retryReason?: string | undefined }): CloseReason | undefined {
		if (limitReasons.has(retryReason)) return ++this.#limited >= limitedMax ? 'excess' : undefined;
		if (retryReason === undefined) this.#limited = 0;
		return isMalformed(outcome) && ++this.#malformed >= malformedMax ? 'malformed' : undefined;
	}
}

/**
 * Returns whether a working tracker never causes this outcome. A page with a wrong origin or an unknown site is only
 * misconfigured.
 */
function isMalformed(outcome: Outcome): boolean {
	return ['malformed', 'unsupported-version', 'limit-exceeded', 'too-large'].includes(outcome);
}
