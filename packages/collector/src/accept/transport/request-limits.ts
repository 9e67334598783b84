import type { FairScheduler } from '../limits/fair-scheduler.js';
import { type RateLimits, type RetryLater, workBytes } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';
import type { Body, BodyRefusal } from './body.js';
import { json, type Reply, retryAfter } from './http.js';

/** Limits of the work that requests cause. Without them, the work is unlimited. */
export interface Bounds {
	/** Limits the bytes and events of each sender. */
	rateLimits?: Pick<RateLimits, 'charge' | 'chargeUnchecked' | 'debt' | 'isExhausted'> | undefined;
	/** Limits how long requests without a body may occupy the event loop. */
	scheduler?: FairScheduler | undefined;
}

/** The replies to refused bodies, unless the route has its own. */
export const bodyRefusals: Record<BodyRefusal, Reply> = {
	tooLarge: json(413, { error: 'The body is too large.' }),
	busy: json(503, { error: 'Too many requests in progress; retry later.' }, ['Retry-After', '1']),
};

/** The reply to a request of a sender above its limit. */
export function retryLaterReply({ retryAfterMs }: RetryLater): Reply {
	const error = 'Too many requests or bytes from this address. Retry after as many seconds as Retry-After says.';
	return json(503, { error }, ...retryAfter(retryAfterMs));
}

/**
 * Charges a request, and returns the wait if the request is not handled. Requests without a body are cheap: an address
 * in debt still gets the tracker, until it has caused too much work for long.
 *
 * @param isRead whether the request is handled although its sender is in debt
 */
export function retryLaterFor(sender: SenderAddress, isRead: boolean, { rateLimits }: Bounds): RetryLater | undefined {
	const wait = rateLimits?.debt(sender);
	rateLimits?.charge(sender, wait === undefined ? workBytes.request : workBytes.excess);
	return !isRead || rateLimits?.isExhausted(sender) ? wait : undefined;
}

/**
 * Number of chunks of a body that are charged together, since a look-up of the sender's buckets costs more than a chunk
 * of one byte.
 */
const chunksPerCharge = 16;

/**
 * Charges the chunks of a body.
 *
 * @param isReadInDebt whether the body is read although its sender is in debt
 * @returns whether the rest of the body is not read
 */
export function hasTooManyChunks(
	{ chunks }: Body,
	isReadInDebt: boolean,
	sender: SenderAddress,
	{ rateLimits }: Bounds,
): boolean {
	if (chunks % chunksPerCharge !== 0 || rateLimits === undefined) return false;
	rateLimits.charge(sender, chunksPerCharge * workBytes.chunk);
	return isReadInDebt ? rateLimits.isExhausted(sender) : rateLimits.debt(sender) !== undefined;
}

/**
 * Runs the handler of a request without a body. If this iteration of the event loop has no time left, the request is
 * answered in the next one. The library then disconnects a sender that pipelines requests.
 */
export function runScheduled(sender: SenderAddress, { scheduler }: Bounds, run: () => void): void {
	if (scheduler === undefined || sender.isExempt) run();
	else if (scheduler.hasTimeFor(sender)) scheduler.runNow(run);
	else setImmediate(run);
}
