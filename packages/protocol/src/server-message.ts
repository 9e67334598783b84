import type { Outcome } from './outcome.js';

/**
 * What the collector says on a WebSocket: JSON text, so that a page needs no decoder of its own.
 * The first element is the kind. A page ignores kinds and trailing elements it does not know.
 */
export type ServerMessage = Hello | Ack | Goodbye;

/** Sent once, when the connection opens: the collector's clock and what it takes. */
export type Hello = [kind: 'hello', nowMs: number, bounds: { batchBytesMax: number; batchEventsMax: number }];

/**
 * The answer to one batch, named by its stream and sequence, which are null when it was too broken to name itself.
 * `retryAfterMs` comes with `retry-later`.
 */
export type Ack = [
	kind: 'ack',
	stream: number | null,
	sequence: number | null,
	outcome: Outcome,
	retryAfterMs?: number,
];

/** The collector is stopping: connect again after the given time; what is not acknowledged is to be sent again. */
export type Goodbye = [kind: 'goodbye', retryAfterMs: number];
