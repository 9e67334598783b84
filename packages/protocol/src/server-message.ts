import type { Outcome } from './outcome.js';

/**
 * A message of the collector on a WebSocket: JSON text, so that a page needs no decoder of its own.
 * The first element is the kind. A page ignores kinds and trailing elements that it does not know.
 */
export type ServerMessage = Hello | Ack | Goodbye;

/** The greeting, sent once when the connection opens: the collector's clock, ms since 1970, and its limits. */
export type Hello = [kind: 'hello', nowMs: number, bounds: { batchBytesMax: number; batchEventsMax: number }];

/**
 * The answer to one batch, which is identified by its stream and sequence. They are null if the collector could not
 * read them. `retryAfterMs` comes with `retry-later`, and is 0 before a `notice`: a text for the developer of a sender
 * about a batch that is kept, such as that its orders count as none.
 */
export type Ack = [
	kind: 'ack',
	stream: number | null,
	sequence: number | null,
	outcome: Outcome,
	retryAfterMs?: number,
	notice?: string,
];

/** The collector is stopping. The page reconnects after the given time and resends what is not acknowledged. */
export type Goodbye = [kind: 'goodbye', retryAfterMs: number];
