import { type Outcome, outcomes } from '@footfall/protocol';
import type { BatchHead } from '@footfall/protocol/decode';
import type { Backpressure } from '../../wal/commit-group.js';
import type { ExceededLimit } from '../limits/rate-limits.js';

/** The answer to a batch or body. */
export interface Answer {
	outcome: Outcome;
	/** Head of the batch, which names it; `undefined` if it could not be decoded. */
	head: BatchHead | undefined;
	/** Wait before the next attempt, ms; only with `retry-later`. */
	retryAfterMs?: number;
	/** Reason of a `retry-later`; counted in metrics, and not sent to the sender. */
	retryReason?: Backpressure | ExceededLimit;
	/** Description of the fault; only with a rejection. */
	detail?: string;
	/** Text for the developer of the sender, about a batch that is kept. */
	notice?: string;
}

/** Wait of a sender before its next attempt, by reason, ms: about as long as the cause is likely to last. */
export const retryAfterMs: Record<Backpressure, number> = {
	busy: 500,
	failing: 2_000,
	stopping: 2_000,
	full: 15_000,
};

/** The protocol's ack message, for a socket or an HTTP body. */
export function ackMessage({ outcome, head, retryAfterMs, notice }: Answer): string {
	const name = head === undefined ? 'null,null' : `${head.stream},${head.sequence}`;
	if (notice !== undefined) return `["ack",${name},"${outcome}",0,${JSON.stringify(notice)}]`;
	return `["ack",${name},"${outcome}"${retryAfterMs === undefined ? '' : `,${retryAfterMs}`}]`;
}

/** HTTP status of an answer. */
export function statusOf(answer: Answer): number {
	return outcomes[answer.outcome].status;
}
