import type { Person, Visitor } from './person.js';

/** A page load, with the data that all its events share. */
export interface CrowdPage {
	readonly person: Person;
	readonly visitor: Visitor;
	/** Number that identifies the page load. */
	readonly stream: number;
	readonly url: string;
	readonly title: string;
	/** Absolute URL, or a path for another page of the shop; empty for none. */
	readonly referrer: string;
	/** Customer id; empty while the visitor is not signed in. */
	readonly userId: string;
}

export interface CrowdEvent {
	/** Time of the event, ms since 1970. */
	readonly atMs: number;
	readonly name: 'view' | 'click';
	readonly obj: 'page' | 'button' | 'url';
	readonly objId: string;
	/** Product id; 0 for none. */
	readonly productId: number;
	/** Amount, EUR; 0 for none. */
	readonly amount: number;
}

/** Events that a page sends in one batch. */
export interface CrowdBatch {
	readonly page: CrowdPage;
	/** Number of the batch within its page load, from 0. */
	readonly sequence: number;
	/** Time of sending, ms since 1970; not before any of the events. */
	readonly sentAtMs: number;
	/** At least one. */
	readonly events: readonly CrowdEvent[];
}

export type Emit = (batch: CrowdBatch) => void;

/** ISO 4217 code of every amount. */
export const crowdCurrency = 'EUR';
