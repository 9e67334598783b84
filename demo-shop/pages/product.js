// The script of a product page: the button adds one item to the cart and reports it.
import { itemCount, quantityMax, readCart, things, writeCart } from './cart-store.js';

const button = document.querySelector('[data-add]');
const status = document.querySelector('[role=status]');

button.addEventListener('click', () => {
	const { add: id, name } = button.dataset;
	const cart = readCart();
	const quantity = (cart.get(id) ?? 0) + 1;
	if (quantity > quantityMax) {
		status.textContent = `${quantityMax} are as many as a cart holds.`;
		return;
	}
	writeCart(cart.set(id, quantity));
	status.textContent = `${name} added. ${things(itemCount(cart))} in the cart.`;
});
