import type { Random } from '@footfall/random';
import { type Chance, productOn, type ShopPage, starts, ways } from './transition-table.js';

/** A shopper between two actions. */
export interface Shopper {
	/** Where they are; undefined before a visit. */
	readonly page: ShopPage | undefined;
	/** How many things lie in the cart. */
	readonly cartItems: number;
	/** On a product's page, before they made up their mind about it: once per view. */
	readonly considering: boolean;
}

/** What a shopper does next. */
export type Action =
	| { readonly kind: 'enter'; readonly page: ShopPage }
	| { readonly kind: 'add-to-cart'; readonly productId: number }
	| { readonly kind: 'go'; readonly page: ShopPage }
	| { readonly kind: 'leave' };

export interface Step {
	readonly action: Action;
	readonly shopper: Shopper;
}

/** A shopper who is not in the shop. A visit is someone new: their cart is empty. */
export const outside: Shopper = { page: undefined, cartItems: 0, considering: false };

/**
 * One step of a shopper. Pure but for the draws it takes from `random`: one draw an action, and one more when someone
 * looks at a product and decides against it.
 *
 * Only a cart with something in it can be checked out: with an empty one, checkout's share of the row goes to leaving.
 */
export function step(shopper: Shopper, random: Random): Step {
	if (!shopper.page) {
		// The percents add up to 100, so the fallback is for the last rounding bit only.
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
