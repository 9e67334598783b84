/** The events that other tools' names mean, with the fields that make them what Footfall's funnel counts. */
export const meanings = {
	order: { name: 'order' },
	refund: { name: 'refund' },
	// No page view: the tools that have this event send one besides.
	productView: { name: 'view', obj: 'product', objId: 'product' },
	addToCart: { name: 'click', obj: 'button', objId: 'add_to_cart' },
	checkout: { name: 'click', obj: 'button', objId: 'checkout' },
} as const satisfies Record<string, { name: string; obj?: string; objId?: string }>;

/** A name of {@link meanings}. */
export type MeaningName = keyof typeof meanings;

/** A name that another tool gives to an event. */
export interface EventName {
	means: MeaningName;
	/**
	 * The fields of which an event must have one, by Footfall's names. An event without any of them is a site's own
	 * event that has the same name by chance.
	 */
	needs: readonly ('orderId' | 'checkoutId' | 'productId' | 'items')[];
}

// A list of its own, since the declaration of `keyof typeof eventNames` would repeat the table.
/** An event name of another tool. */
export type ToolEventName =
	| 'purchase'
	| 'refund'
	| 'view_item'
	| 'add_to_cart'
	| 'begin_checkout'
	| 'Order Completed'
	| 'Order Refunded'
	| 'Product Viewed'
	| 'Product Added'
	| 'Checkout Started'
	| 'order';

/**
 * Names of Google Analytics 4 (https://developers.google.com/analytics/devguides/collection/ga4/reference/events) and
 * of Segment (https://segment.com/docs/connections/spec/ecommerce/v2/) that mean an event of Footfall. All other names
 * are those of a site's own events. Both tools' tables in PROTOCOL.md are tested against this list.
 */
export const eventNames: Readonly<Record<ToolEventName, EventName>> = {
	purchase: { means: 'order', needs: ['orderId'] },
	refund: { means: 'refund', needs: ['orderId'] },
	view_item: { means: 'productView', needs: ['items'] },
	add_to_cart: { means: 'addToCart', needs: ['items'] },
	begin_checkout: { means: 'checkout', needs: ['items'] },
	'Order Completed': { means: 'order', needs: ['orderId', 'checkoutId'] },
	'Order Refunded': { means: 'refund', needs: ['orderId', 'checkoutId'] },
	'Product Viewed': { means: 'productView', needs: ['productId', 'items'] },
	'Product Added': { means: 'addToCart', needs: ['productId', 'items'] },
	'Checkout Started': { means: 'checkout', needs: ['orderId', 'checkoutId', 'items'] },
	order: { means: 'order', needs: ['orderId', 'checkoutId'] },
};

/** Whether an event, under Footfall's names, is an order or a refund. */
export const isOrderName = (name: string): boolean => name === 'order' || name === 'refund';
