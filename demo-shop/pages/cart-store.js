// The cart: product id → quantity, in this browser's localStorage. Prices are the page's business.
const key = 'shop_cart';

export const quantityMax = 99;

const isQuantity = (value) => Number.isInteger(value) && value >= 1 && value <= quantityMax;

/** What is in the cart. Anything that is no cart (another shop's, a torn write) counts as an empty one. */
export function readCart() {
	try {
		const stored = Object.entries(JSON.parse(localStorage.getItem(key) ?? '{}'));
		return new Map(stored.filter(([, quantity]) => isQuantity(quantity)));
	} catch {
		return new Map();
	}
}

export function writeCart(cart) {
	localStorage.setItem(key, JSON.stringify(Object.fromEntries(cart)));
	dispatchEvent(new Event('cart-change'));
}

export function itemCount(cart) {
	return [...cart.values()].reduce((sum, quantity) => sum + quantity, 0);
}

export function things(count) {
	return count === 1 ? '1 thing' : `${count} things`;
}
