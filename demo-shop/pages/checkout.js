// The script of the order page: the content of the cart becomes the order. A reload shows the same order with amount 0.
import { showRows } from './cart-rows.js';
import { readCart, writeCart } from './cart-store.js';

const key = 'shop_last_order';

function lastOrder() {
	return new Map(Object.entries(JSON.parse(sessionStorage.getItem(key) ?? '{}')));
}

const cart = readCart();
const order = cart.size > 0 ? cart : lastOrder();
showRows(order);
for (const [id, quantity] of order) {
	document.querySelector(`[data-cart-item="${id}"] [data-quantity]`).textContent = `× ${quantity}`;
}
if (cart.size > 0) {
	sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(order)));
	writeCart(new Map());
} else {
	document.body.dataset.ffAmount = 0;
}
