import { createRandom, type Random } from '@footfall/random';
import type { Product } from '../products.js';

/** A line of an order. */
export interface CrowdItem {
	readonly productId: string;
	readonly name: string;
	/** Price of one piece, in the currency of the order. */
	readonly price: number;
	readonly quantity: number;
}

/** The fields that only events named `order` or `refund` have. */
export interface CrowdOrder {
	readonly orderId: string;
	/** ISO 4217 code. */
	readonly currency: string;
	/** Empty in an order. */
	readonly refundId: string;
	readonly tax: number;
	readonly shipping: number;
	readonly discount: number;
	readonly coupon: string;
	/** Empty in a refund. */
	readonly items: readonly CrowdItem[];
}

/** An order or a refund, and the total that was charged or is given back. */
export interface PricedOrder {
	readonly amount: number;
	readonly order: CrowdOrder;
}

/** Currencies of countries whose customers do not pay in EUR, and the price of 1 EUR in the shop's price list. */
const priceLists: ReadonlyMap<string, { currency: string; factor: number }> = new Map([
	['GB', { currency: 'GBP', factor: 0.9 }],
	['US', { currency: 'USD', factor: 1.2 }],
]);
const euroPrices = { currency: 'EUR', factor: 1 };

/** Value of the items, in the currency of the order, below which an order is sent at the customer's cost. */
const freeShippingFrom = 50;
const shippingCost = 4.9;
/** Share of value added tax in a price, which has the tax in it. */
const taxShare = 0.19 / 1.19;
const coupon = 'SLOW10';
const couponProbability = 0.08;
const couponShare = 0.1;
/** Probability that a customer who returns has sent back the latest order, and that it was the whole order. */
const refundProbability = 0.07;
const wholeRefundProbability = 0.6;

const cents = (amount: number) => Math.round(amount * 100) / 100;

/**
 * The order of a cart. What is drawn depends on the page load only, so that the events of a crowd are the same with and
 * without orders. Pure.
 *
 * @param stream number that identifies the page load
 * @param country country of the customer
 */
export function orderOf(stream: number, country: string, cart: readonly Product[]): PricedOrder {
	const random = randomOf(stream);
	const { currency, factor } = priceLists.get(country) ?? euroPrices;
	const items = [...new Set(cart)].map(
		(product): CrowdItem => ({
			productId: `${product.id}`,
			name: product.name,
			price: cents(product.price * factor),
			quantity: cart.filter((one) => one === product).length,
		}),
	);
	const value = cents(items.reduce((sum, { price, quantity }) => sum + price * quantity, 0));
	const hasCoupon = random() < couponProbability;
	const discount = hasCoupon ? cents(value * couponShare) : 0;
	const shipping = value < freeShippingFrom ? shippingCost : 0;
	const amount = cents(value - discount + shipping);
	const order = {
		...{ orderId: `SP-${stream.toString(36).toUpperCase()}`, currency, refundId: '', shipping, discount, items },
		tax: cents(amount * taxShare),
		coupon: hasCoupon ? coupon : '',
	};
	return { amount, order };
}

/** The refund of an earlier order at the page load with which its customer returns; usually none. Pure. */
export function refundOf({ amount, order }: PricedOrder, stream: number): PricedOrder | undefined {
	const random = randomOf(stream);
	if (random() >= refundProbability) return undefined;
	const isWhole = random() < wholeRefundProbability;
	const returned = isWhole ? amount : Math.min(amount, order.items[0]?.price ?? amount);
	const { orderId, currency } = order;
	const refund = {
		orderId,
		currency,
		refundId: `R-${orderId}`,
		tax: 0,
		shipping: 0,
		discount: 0,
		coupon: '',
		items: [],
	};
	return { amount: returned, order: refund };
}

/** The random stream of the orders of a page load. */
const randomOf = (stream: number): Random => createRandom(stream, stream / 2 ** 32);
