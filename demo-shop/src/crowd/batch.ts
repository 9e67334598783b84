import type { Person, Visitor } from './person.js';

/** One page load, and all that its events have in common. */
export interface CrowdPage {
	readonly person: Person;
	readonly visitor: Visitor;
	/** The page load's number, unique to it. */
	readonly stream: number;
	readonly url: string;
	readonly title: string;
	/** Absolute, or a path when the shopper came from another page of the shop; empty when there is none. */
	readonly referrer: string;
	/** Empty when the visitor is not signed in. */
	readonly userId: string;
}

export interface CrowdEvent {
	/** Milliseconds since 1970. */
	readonly atMs: number;
	readonly name: 'view' | 'click';
	readonly obj: 'page' | 'button' | 'url';
	readonly objId: string;
	/** 0 for none. */
	readonly productId: number;
	/** Euros; 0 for none. */
	readonly amount: number;
}

/** Events that a page sends together. */
export interface CrowdBatch {
	readonly page: CrowdPage;
	/** Number of the batch among those of its page, from 0. */
	readonly sequence: number;
	/** Milliseconds since 1970; not before any of its events. */
	readonly sentAtMs: number;
	/** At least one. */
	readonly events: readonly CrowdEvent[];
}

export type Emit = (batch: CrowdBatch) => void;

/** ISO 4217 code of every amount. */
export const crowdCurrency = 'EUR';
