import { type Admission, type Wait, workBytes } from './admission.js';
import type { Body } from './body.js';
import type { FairTurns } from './fair-turns.js';
import { json, type Reply, retryAfter } from './http.js';
import type { SenderAddress } from './sender-address.js';

/** Bounds on the work that requests cause. A server without them, such as the admin server, is unbounded. */
export interface Bounds {
	/** Bounds the bytes and events of each sender. */
	admission?: Pick<Admission, 'charge' | 'debt' | 'isExhausted'> | undefined;
	/** Bounds how long requests without a body may hold the event loop. */
	turns?: FairTurns | undefined;
}

/** The answer to a request of a deferred sender. */
export function comeAgain({ retryAfterMs }: Wait): Reply {
	const error = 'Too many requests or bytes from this address. Wait as long as Retry-After says, then send again.';
	return json(503, { error }, ...retryAfter(retryAfterMs));
}

/**
 * Returns the deferral if a request must not be handled. A request without a body causes little work: pages of a
 * deferred address still get the tracker, until the address has been in debt for long.
 */
export function waitOf(sender: SenderAddress, hasBody: boolean, { admission }: Bounds): Wait | undefined {
	const wait = admission?.debt(sender);
	admission?.charge(sender, wait === undefined ? workBytes.request : workBytes.excess);
	return hasBody || admission?.isExhausted(sender) ? wait : undefined;
}

/**
 * Number of chunks of a body that are charged together: a look-up of the sender's buckets costs more than a chunk of
 * one byte.
 */
const piecesPerCharge = 16;

/**
 * Charges the chunks of a body.
 * @returns whether the sender is deferred by now
 */
export function hasTooManyPieces({ pieces }: Body, sender: SenderAddress, { admission }: Bounds): boolean {
	if (pieces % piecesPerCharge !== 0 || admission === undefined) return false;
	admission.charge(sender, piecesPerCharge * workBytes.piece);
	return admission.debt(sender) !== undefined;
}

/**
 * Answers a request without a body. If this turn has no time left, the request is answered in the next one. The library
 * then disconnects a sender that pipelines requests.
 */
export function inTurn(sender: SenderAddress, { turns }: Bounds, run: () => void): void {
	if (turns === undefined || sender.isExempt) run();
	else if (turns.isOpenTo(sender)) turns.now(run);
	else setImmediate(run);
}
