import type { Answer } from './answer.js';

/** Why the collector closes a socket: its sender sends what is no batch, or does not stop when it has to wait. */
export type Closing = 'malformed' | 'excess';

/** Messages that are no batch after which a socket is closed. No page that works sends even one. */
const malformedMax = 5;

/**
 * Batches in a row after which a socket is closed that were put off since the sender, or all together, sent too much. A page has
 * eight under way at most, and then waits for as long as it is told.
 */
const excessMax = 50;

const excesses: ReadonlySet<Answer['deferral']> = new Set(['address-bytes', 'address-rate', 'visitor-rate', 'busy']);

/** How the sender behind one socket behaves. */
export class Conduct {
	#malformed = 0;
	#excess = 0;

	/** Counts an answer. @returns why the socket is to be closed, if it is */
	count({ outcome, deferral }: Answer): Closing | undefined {
		if (excesses.has(deferral)) return ++this.#excess >= excessMax ? 'excess' : undefined;
		if (deferral === undefined) this.#excess = 0;
		return isMalformed(outcome) && ++this.#malformed >= malformedMax ? 'malformed' : undefined;
	}
}

/** Whether no page that works sends this. A page on a wrong origin, or of an unknown site, is only set up wrongly. */
function isMalformed(outcome: Answer['outcome']): boolean {
	return ['malformed', 'unsupported-version', 'limit-exceeded', 'too-large'].includes(outcome);
}
