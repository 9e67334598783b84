import type { Outcome } from '@footfall/protocol';

/** Told when a batch needs no more sending. */
export interface BatchAck {
	outcome: Outcome;
	/** Events in the batch. */
	events: number;
}

/** Told when events are lost to the site. */
export interface TrackerError {
	/** The outcome that refused them, or `queue-full` when the oldest had to make room for new ones. */
	reason: Outcome | 'queue-full';
	/** Events concerned. */
	events: number;
}

/** What can be listened to. */
export interface Messages {
	ack: BatchAck;
	error: TrackerError;
}
