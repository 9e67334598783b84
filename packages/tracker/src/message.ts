import type { Outcome } from '@footfall/protocol';

/** Message of kind `ack`: a batch got its final outcome, so it is not sent again. */
export interface BatchAck {
	outcome: Outcome;
	/** Number of events in the batch. */
	events: number;
}

/** Message of kind `error`: events are lost. */
export interface TrackerError {
	/** Outcome that refused them, or `queue-full` when the full queue dropped its oldest batches. */
	reason: Outcome | 'queue-full';
	/** Number of lost events. */
	events: number;
}

/** Messages by their kind. */
export interface Messages {
	ack: BatchAck;
	error: TrackerError;
}
