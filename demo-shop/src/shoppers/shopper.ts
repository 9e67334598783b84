import type { Random } from '@footfall/random';
import { type Chance, productOn, type ShopPage, starts, ways } from './transition-table.js';

/** State of a shopper between two actions. */
export interface Shopper {
	/** Current page; undefined before a visit. */
	readonly page: ShopPage | undefined;
	/** Number of items in the cart. */
	readonly cartItems: number;
	/** Whether the shopper views a product's page and has not decided about the product yet; once per view. */
	readonly considering: boolean;
}

/** An action of a shopper. */
export type Action =
	| { readonly kind: 'enter'; readonly page: ShopPage }
	| { readonly kind: 'add-to-cart'; readonly productId: number }
	| { readonly kind: 'go'; readonly page: ShopPage }
	| { readonly kind: 'leave' };

export interface Step {
	readonly action: Action;
	readonly shopper: Shopper;
}

/** State of a new shopper before the visit, with an empty cart. */
export const outside: Shopper = { page: undefined, cartItems: 0, considering: false };

/**
 * Decides the next action of a shopper. Pure except for the draws from `random`: one per action, and another one if the
 * shopper views a product and does not add it to the cart.
 *
 * Checkout needs an item in the cart. With an empty cart, the probability of checkout is added to that of leaving.
 */
export function step(shopper: Shopper, random: Random): Step {
	if (!shopper.page) {
		// The percentages add up to 100, so the fallback is only needed for rounding.
		const page = pick(starts, random) ?? '/main';
		return { action: { kind: 'enter', page }, shopper: arrive(shopper, page) };
	}
	const product = productOn(shopper.page);
	if (product && shopper.considering && random() < product.addToCartProbability) {
		const after = { ...shopper, cartItems: shopper.cartItems + 1, considering: false };
		return { action: { kind: 'add-to-cart', productId: product.id }, shopper: after };
	}
	const page = pick(ways(shopper.page, shopper.cartItems > 0), random);
	if (!page) return { action: { kind: 'leave' }, shopper: outside };
	return { action: { kind: 'go', page }, shopper: arrive(shopper, page) };
}

function arrive(shopper: Shopper, page: ShopPage): Shopper {
	const cartItems = page === '/cart/checkout' ? 0 : shopper.cartItems;
	return { page, cartItems, considering: productOn(page) !== undefined };
}

function pick(chances: readonly Chance[], random: Random): ShopPage | undefined {
	let rest = random() * 100;
	for (const { page, percent } of chances) {
		rest -= percent;
		if (rest < 0) return page;
	}
	return undefined;
}
