/** What can be captured without a call. */
export type Signal = 'view' | 'click' | 'outbound' | 'download' | 'submit' | 'scroll' | 'engaged' | 'error' | 'vital';

/** How a tracker is set up. The script tag has the same options as attributes. */
export interface TrackerOptions {
	/** Site key, as configured on the collector. */
	site: string;
	/** Address of the collector, such as `https://events.shop.example`. */
	collector: string;
	/** Longest wait of an event for others to be sent with, milliseconds. @default 1000 */
	flushIntervalMs?: number;
	/** What is captured without a call. @default 'view click outbound download submit' */
	capture?: readonly Signal[] | string;
	/** `required` waits for `consent('granted')`; without it only a browser that says no is not tracked. */
	consent?: 'required';
	/** Keeps nothing in the browser: no visitor, no user, no unsent events. */
	cookieless?: true | '';
	/** Share of visitors that is tracked, 0…1. @default 1 */
	sample?: number;
	/** Names of URL parameters to keep beside `utm_…`. @default '' */
	urlParams?: string;
	/** Whether what follows `#` names a page; otherwise it is left out. */
	hash?: true | '';
}

/** What an event may carry beside its name. Too long text is cut, numbers out of bounds become 0. */
export interface EventFields {
	/** What it concerns: `button`, `page`, … */
	obj?: string;
	/** Which one. */
	objId?: string;
	/** Whole number, 0 for none. */
	productId?: number;
	/** In the currency's major unit, not negative. */
	amount?: number;
	/** ISO 4217 code. */
	currency?: string;
	/** The site's own properties, at most 32; values become text. */
	props?: Record<string, string | number | boolean>;
}

/** The same fields before anybody has looked at their types: attributes are text, and a page may call with anything. */
export type RawFields = { readonly [Field in keyof EventFields]?: unknown };

/** An event as `beforeSend` sees it, and may change it. */
export type DraftEvent = { name: string } & { [Field in keyof EventFields]?: unknown };
