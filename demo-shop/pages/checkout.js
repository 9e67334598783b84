// The script of the order page: the content of the cart becomes the order, of which the page tells the tracker. A
// reload shows the same order with amount 0.
import { showRows } from './cart-rows.js';
import { emptyCart, orderIdOfCart, readCart } from './cart-store.js';

const key = 'shop_last_order';
const sendBack = document.querySelector('[data-return]');

function lastOrder() {
	return JSON.parse(sessionStorage.getItem(key) ?? '{}');
}

function keep(order) {
	sessionStorage.setItem(key, JSON.stringify(order));
}

/** @returns the lines of the order, as they are on the page */
function linesOf(quantities) {
	return Object.entries(quantities).map(([productId, quantity]) => {
		const { name, price } = document.querySelector(`[data-cart-item="${productId}"]`).dataset;
		return { productId, name, price: Number(price), quantity };
	});
}

/** Tells the tracker, which may not be loaded yet, of an order. */
function tell(order) {
	window.footfall ??= (...call) => {
		window.footfall.q ??= [];
		window.footfall.q.push(call);
	};
	window.footfall('track', 'order', order);
}

const cart = readCart();
const isNew = cart.size > 0;
const {
	orderId,
	quantities = {},
	isReturned,
} = isNew ? { orderId: orderIdOfCart(), quantities: Object.fromEntries(cart) } : lastOrder();
const total = showRows(new Map(Object.entries(quantities)));
for (const [id, quantity] of Object.entries(quantities)) {
	document.querySelector(`[data-cart-item="${id}"] [data-quantity]`).textContent = `× ${quantity}`;
}
for (const element of document.querySelectorAll('[data-when-kept]')) element.hidden = isReturned === true;
for (const element of document.querySelectorAll('[data-when-returned]')) element.hidden = isReturned !== true;
if (isNew) {
	keep({ orderId, quantities });
	emptyCart();
	tell({ orderId, amount: total, currency: 'EUR', items: linesOf(quantities) });
} else {
	document.body.dataset.ffAmount = 0;
}
sendBack.addEventListener('formdata', ({ formData }) => formData.set('order', orderId));
sendBack.addEventListener('submit', () => keep({ orderId, quantities, isReturned: true }));
