// Stores the cart (product id → quantity) in localStorage. Prices are in the page.
const key = 'shop_cart';
const orderKey = 'shop_order_id';

export const quantityMax = 99;

const isQuantity = (value) => Number.isInteger(value) && value >= 1 && value <= quantityMax;

/** Reads the cart. An invalid value (of another shop, or of an incomplete write) is read as an empty cart. */
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

/** Returns the order id of the cart, which is the same until the order is placed: a double click places it once. */
export function orderIdOfCart() {
	const id = localStorage.getItem(orderKey) ?? newOrderId();
	localStorage.setItem(orderKey, id);
	return id;
}

function newOrderId() {
	const parts = [...crypto.getRandomValues(new Uint32Array(2))];
	return `SP-${parts
		.map((part) => part.toString(36).padStart(7, '0'))
		.join('')
		.toUpperCase()}`;
}

/** Empties the cart, whose order is placed. The next cart has an order id of its own. */
export function emptyCart() {
	localStorage.removeItem(orderKey);
	writeCart(new Map());
}
