/** How a tracker is set up. */
export interface TrackerOptions {
	/** Site key, as configured on the collector. */
	site: string;
	/** Address of the collector, such as `https://events.shop.example`. */
	collector: string;
	/** Longest wait of an event for others to be sent with, milliseconds. @default 1000 */
	flushIntervalMs?: number;
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
