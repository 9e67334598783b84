// The script of the cart page: quantities, removal, total. The checkout button is enabled if the cart has items.
import { formatPrice, showRows } from './cart-rows.js';
import { orderIdOfCart, quantityMax, readCart, writeCart } from './cart-store.js';

const checkout = document.querySelector('[data-checkout]');
const status = document.querySelector('[role=status]');

function show() {
	const cart = readCart();
	const total = showRows(cart);
	for (const row of document.querySelectorAll('[data-cart-item]')) {
		row.querySelector('input').value = cart.get(row.dataset.cartItem) ?? 1;
	}
	checkout.disabled = total === 0;
	checkout.dataset.ffAmount = total;
	return total;
}

function change(row, quantity) {
	const { cartItem: id, name } = row.dataset;
	const cart = readCart();
	if (quantity === 0) cart.delete(id);
	else cart.set(id, quantity);
	writeCart(cart);
	const total = formatPrice(show());
	status.textContent = quantity === 0 ? `${name} removed. Total ${total}.` : `${quantity} × ${name}. Total ${total}.`;
}

for (const row of document.querySelectorAll('[data-cart-item]')) {
	const input = row.querySelector('input');
	input.addEventListener('change', () => {
		const asked = Math.round(input.valueAsNumber || 1);
		change(row, Math.min(Math.max(asked, 1), quantityMax));
	});
	row.querySelector('[data-remove]').addEventListener('click', () => {
		change(row, 0);
		// The focused button is removed with its row, so the focus moves to the heading for users of a keyboard.
		document.querySelector('h1').focus();
	});
}

// The form has what the server needs to place the order, and the visitor of whose order it then tells.
checkout.form.addEventListener('formdata', ({ formData }) => {
	formData.set('order', orderIdOfCart());
	formData.set('cart', JSON.stringify(Object.fromEntries(readCart())));
	formData.set('visitor', window.footfall?.visitor?.() ?? '');
});

show();
addEventListener('storage', show);
addEventListener('pageshow', show);
