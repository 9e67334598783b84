// Shows the rows of the products in a cart, on the cart page and on the order page.

export function formatPrice(euros) {
	return `€${euros.toFixed(2)}`;
}

/** @returns the total, EUR */
export function showRows(cart) {
	let cents = 0;
	for (const row of document.querySelectorAll('[data-cart-item]')) {
		const quantity = cart.get(row.dataset.cartItem) ?? 0;
		const lineCents = Math.round(row.dataset.price * 100) * quantity;
		row.hidden = quantity === 0;
		row.querySelector('[data-line-total]').textContent = formatPrice(lineCents / 100);
		cents += lineCents;
	}
	const total = cents / 100;
	const filled = cents > 0;
	for (const element of document.querySelectorAll('[data-when-empty]')) element.hidden = filled;
	for (const element of document.querySelectorAll('[data-when-filled]')) element.hidden = !filled;
	document.querySelector('[data-total]').textContent = formatPrice(total);
	// The tracker reads the attribute when it counts the page view, after this script.
	document.body.dataset.ffAmount = total;
	return total;
}
