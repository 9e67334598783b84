import { type Admission, type Wait, workBytes } from './admission.js';
import type { Body } from './body.js';
import type { FairTurns } from './fair-turns.js';
import { json, type Reply, retryAfter } from './http.js';
import type { SenderAddress } from './sender-address.js';

/** What bounds the work that requests make; a server without them, like that of operators, has no bound. */
export interface Bounds {
	/** Bounds what senders may send. */
	admission?: Pick<Admission, 'charge' | 'debt' | 'isExhausted'> | undefined;
	/** Bounds how long requests without a body may hold the event loop. */
	turns?: FairTurns | undefined;
}

/** The answer to a request of a sender that has to wait. */
export function comeAgain({ retryAfterMs }: Wait): Reply {
	const error = 'Too much comes from this address: wait as long as Retry-After says, then send again.';
	return json(503, { error }, ...retryAfter(retryAfterMs));
}

/**
 * Why a request is not looked at, if so. What has no body costs nothing but itself: pages of an address that has to wait get
 * their tracker all the same, until the address has been making too much work for long.
 */
export function waitOf(sender: SenderAddress, hasBody: boolean, { admission }: Bounds): Wait | undefined {
	const wait = admission?.debt(sender);
	admission?.charge(sender, wait === undefined ? workBytes.request : workBytes.excess);
	return hasBody || admission?.isExhausted(sender) ? wait : undefined;
}

/** Pieces of a body that are charged together: looking up what the sender may do costs more than a piece of one byte. */
const piecesPerCharge = 16;

/** Charges the pieces of a body. @returns whether the sender has to wait by now */
export function hasTooManyPieces({ pieces }: Body, sender: SenderAddress, { admission }: Bounds): boolean {
	if (pieces % piecesPerCharge !== 0 || admission === undefined) return false;
	admission.charge(sender, piecesPerCharge * workBytes.piece);
	return admission.debt(sender) !== undefined;
}

/**
 * Answers a request without a body. One that has no time left in this turn is answered in the next: a sender that sends one after
 * another without waiting is disconnected by the library then.
 */
export function inTurn(sender: SenderAddress, { turns }: Bounds, run: () => void): void {
	if (turns === undefined || sender.isExempt) run();
	else if (turns.isOpenTo(sender)) turns.now(run);
	else setImmediate(run);
}
