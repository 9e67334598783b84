import { type Outcome, outcomes } from '@footfall/protocol';
import type { BatchHead } from '@footfall/protocol/decode';
import type { Deferral } from '../../wal/commit-group.js';
import type { Excess } from '../limits/rate-limits.js';

/** What a sender is told about what it sent. */
export interface Answer {
	outcome: Outcome;
	/** Name of the batch; `undefined` when it was too broken to name itself. */
	head: BatchHead | undefined;
	/** Milliseconds to wait before sending again; only with `retry-later`. */
	retryAfterMs?: number;
	/** Reason for the deferral; only with `retry-later`, and not sent to the sender. */
	deferral?: Deferral | Excess;
	/** What is wrong and where; only with a rejection. */
	detail?: string;
}

/** How long a sender waits before it sends again, in milliseconds: as long as the cause is likely to last. */
export const retryAfterMs: Record<Deferral, number> = {
	busy: 500,
	failing: 2_000,
	stopping: 2_000,
	full: 15_000,
};

/** The protocol's ack message, for a socket or an HTTP body. */
export function ackMessage({ outcome, head, retryAfterMs }: Answer): string {
	const name = head === undefined ? 'null,null' : `${head.stream},${head.sequence}`;
	return `["ack",${name},"${outcome}"${retryAfterMs === undefined ? '' : `,${retryAfterMs}`}]`;
}

/** HTTP status of an answer. */
export function statusOf(answer: Answer): number {
	return outcomes[answer.outcome].status;
}
