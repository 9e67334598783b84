import type { CrowdOrder } from './order.js';
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
	readonly name: 'view' | 'click' | 'order' | 'refund';
	readonly obj: 'page' | 'button' | 'url' | '';
	readonly objId: string;
	/** Product id; 0 for none. */
	readonly productId: number;
	/** Amount, in the currency of the order or EUR; 0 for none. */
	readonly amount: number;
	/** Missing in events that are neither an order nor a refund. */
	readonly order?: CrowdOrder;
}

/** Numbers of the batches of a page load. They do not depend on whether a crowd has orders. */
export const sequences = { view: 0, click: 1, order: 2, refund: 3 } as const;

/** Events that a page sends in one batch. */
export interface CrowdBatch {
	readonly page: CrowdPage;
	/** Number of the batch within its page load, from 0: see `sequences`. */
	readonly sequence: number;
	/** Time of sending, ms since 1970; not before any of the events. */
	readonly sentAtMs: number;
	/** At least one. */
	readonly events: readonly CrowdEvent[];
}

export type Emit = (batch: CrowdBatch) => void;

/** ISO 4217 code of the amounts of all events but orders and refunds. */
const crowdCurrency = 'EUR';

/** The currency of the amount of an event; empty for none. Pure. */
export const currencyOf = ({ amount, order }: CrowdEvent): string =>
	order?.currency ?? (amount === 0 ? '' : crowdCurrency);
