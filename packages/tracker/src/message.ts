import type { Outcome } from '@footfall/protocol';

/** Told at the moment an event is captured, before anything is sent. */
export interface CapturedEvent {
	visitor: number;
	/** Random number of this page load. */
	stream: number;
	/** Batch the event belongs to. Visitor, stream, sequence and index together are the event's id. */
	sequence: number;
	/** Position in the batch. */
	index: number;
	name: string;
	obj: string;
	objId: string;
	productId: number;
	amount: number;
	currency: string;
	/** Milliseconds since 1970 on the collector's clock, as far as known when the event was captured. */
	ts: number;
}

/** Told when a batch needs no more sending. */
export interface BatchAck {
	stream: number;
	sequence: number;
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
	event: CapturedEvent;
	ack: BatchAck;
	error: TrackerError;
}
