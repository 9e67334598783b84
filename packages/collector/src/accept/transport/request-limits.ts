import type { FairTurns } from '../limits/fair-scheduler.js';
import { type Admission, type Wait, workBytes } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';
import type { Body } from './body.js';
import { json, type Reply, retryAfter } from './http.js';

/** Bounds on the work that requests cause. A server without them is unbounded. */
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
 * Why a request is not looked at, if so. What has no body costs nothing but itself: pages of an address that has to wait get
 * their tracker all the same, until the address has been making too much work for long.
 *
 * @param isRead whether the request is looked at although its sender has to wait, but for that long
 */
export function waitOf(sender: SenderAddress, isRead: boolean, { admission }: Bounds): Wait | undefined {
	const wait = admission?.debt(sender);
	admission?.charge(sender, wait === undefined ? workBytes.request : workBytes.excess);
	return !isRead || admission?.isExhausted(sender) ? wait : undefined;
}

/**
 * Number of chunks of a body that are charged together: a look-up of the sender's buckets costs more than a chunk of
 * one byte.
 */
const piecesPerCharge = 16;

/**
 * Charges the pieces of a body.
 *
 * @param isReadInDebt whether the body is read although its sender has to wait
 * @returns whether no more of it is read
 */
export function hasTooManyPieces(
	{ pieces }: Body,
	isReadInDebt: boolean,
	sender: SenderAddress,
	{ admission }: Bounds,
): boolean {
	if (pieces % piecesPerCharge !== 0 || admission === undefined) return false;
	admission.charge(sender, piecesPerCharge * workBytes.piece);
	return isReadInDebt ? admission.isExhausted(sender) : admission.debt(sender) !== undefined;
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
