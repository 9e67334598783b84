/** A product that an event concerns, and its price. */
export interface ProductFields {
	/** Id of the product concerned: a text, such as a SKU, of at most 64 characters, or a whole number. */
	productId?: string | number;
	/** Price or total in the currency's major unit, not negative except in a refund. */
	amount?: number;
	/** ISO 4217 code. */
	currency?: string;
}

/** A product of an order, or of another event. */
export interface OrderItem {
	/** Id of the product: a text, such as a SKU, of at most 64 characters, or a whole number. */
	productId?: string | number;
	name?: string;
	category?: string;
	variant?: string;
	/** Price of one piece in the currency's major unit. */
	price?: number;
	/** @default 1 */
	quantity?: number;
}

/** The fields of an order, as a page and a server give them. */
export interface OrderFields {
	/** Id that the shop gave to the order. */
	orderId: string | number;
	/** The total that the buyer was charged, with tax and shipping, in the currency's major unit. */
	amount: number;
	/** ISO 4217 code. */
	currency: string;
	/** Parts of the amount of an order, in the currency's major unit. */
	tax?: number;
	shipping?: number;
	/** Amount that was taken off an order. */
	discount?: number;
	/** Code of the coupon of an order. */
	coupon?: string;
	/** Lines of an order, or products of another event, at most 100. */
	items?: readonly OrderItem[];
}

/** The fields of a refund of an order, or of a part of it, as a page and a server give them. */
export interface RefundFields {
	/** Id that the shop gave to the order. */
	orderId: string | number;
	/** The amount that the buyer gets back, in the currency of the order. @default all of the order */
	amount?: number;
	/** Id of one of several refunds of an order. */
	refundId?: string | number;
	/** ISO 4217 code. @default that of the order */
	currency?: string;
}
