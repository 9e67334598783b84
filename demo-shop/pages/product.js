// A product's page: the button puts one of it in the cart and says so.
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
