export type { OrderItem } from '@footfall/protocol';

import type { OrderFields, ProductFields, RefundFields } from '@footfall/protocol';

/** A signal that the tracker captures without a call of the page. */
export type Signal =
	| 'view'
	| 'click'
	| 'outbound'
	| 'download'
	| 'submit'
	| 'scroll'
	| 'engaged'
	| 'error'
	| 'vital'
	| 'datalayer'
	| `datalayer:${string}`;

/** Options of the tracker. The script tag has the same options as attributes. */
export interface TrackerOptions {
	/** Site key, as configured on the collector. */
	site: string;
	/** Address of the collector, such as `https://events.shop.example`. */
	collector: string;
	/** Longest time that an event waits for others to share its batch, ms. @default 1000 */
	flushIntervalMs?: number;
	/** Signals to capture. @default 'view click outbound download submit' */
	capture?: readonly Signal[] | string;
	/** `required` waits for `consent('granted')`. Without it every visitor is tracked whose browser does not object. */
	consent?: 'required';
	/** Stores nothing in the browser: no visitor, no user, no unsent events. */
	cookieless?: true | '';
	/** Domain on whose hosts the visitor is the same, such as `shop.example`, by a cookie of the site. */
	cookieDomain?: string;
	/** Share of visitors to track, 0 to 1. @default 1 */
	sample?: number;
	/** Names of URL parameters to keep besides `utm_…`, separated by spaces. @default '' */
	urlParams?: string;
	/** Whether the URL fragment names a page. Otherwise it is cut off. */
	hash?: true | '';
}

/**
 * Fields of an event besides its name. Text that is too long is cut; numbers out of range become 0. Fields under other
 * names, such as `transaction_id`, are sent as they are: the collector knows those of other tools.
 */
export interface EventFields extends ProductFields, Partial<OrderFields>, Partial<RefundFields> {
	/** Kind of object that the event concerns: `button`, `page`, … */
	obj?: string;
	/** Identifier of the object. */
	objId?: string;
	/** The site's own properties, at most 32. Values become text. */
	props?: Record<string, string | number | boolean>;
}

/** The same fields before their types are checked: attributes are text, and a page may pass any value. */
export type RawFields = { readonly [Field in keyof EventFields]?: unknown };

/** An event as the hook of `beforeSend` gets it and may change it. */
export type DraftEvent = { name: string } & { [Field in keyof EventFields]?: unknown };
