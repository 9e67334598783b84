import { quantityMax } from '../orders/placed-order.js';
import { products } from '../products.js';
import { escapeHtml, formatPrice } from './html.js';
import type { PageContent } from './layout.js';
import { picture } from './pictures.js';
import { productCards } from './product-card.js';
import { trackedLink } from './tracked-link.js';

/**
 * The rows of the cart. The cart is stored in the browser, so the server sends a hidden row for every product, and the
 * script of the page shows the rows of products in the cart. Names and prices are only in these rows, not in the
 * script.
 */
function cartRows(controls: (id: number, name: string) => string): string {
	const rows = products.map((product) => {
		const name = escapeHtml(product.name);
		return `<li class="cart-row" data-cart-item="${product.id}" data-price="${product.price}" data-name="${name}" hidden>
		${picture(product)}
		<div class="cart-name"><span class="card-name">${name}</span> <span class="hint">${formatPrice(product.price)} each</span></div>
		${controls(product.id, name)}
		<span class="price" data-line-total></span>
	</li>`;
	});
	return `<ul class="cart-rows">${rows.join('\n')}</ul>`;
}

const total = `<p class="total">Total <strong class="price large" data-total>${formatPrice(0)}</strong></p>`;

export function cartPage(): PageContent {
	const rows = cartRows(
		(id, name) => `<div class="quantity">
			<label for="quantity-${id}">Quantity<span class="visually-hidden"> of ${name}</span></label>
			<input id="quantity-${id}" type="number" inputmode="numeric" min="1" max="${quantityMax}" value="1">
			<button type="button" class="link" data-remove>Remove<span class="visually-hidden"> ${name}</span></button>
		</div>`,
	);
	return {
		path: '/cart',
		title: 'Cart',
		tracked: 'cart',
		bodyAttributes: 'data-ff-amount="0" data-ff-currency="EUR"',
		script: 'cart.js',
		main: `<h1 tabindex="-1">Cart</h1>
<p class="lead" data-when-empty>Nothing in it yet. The <a ${trackedLink('/catalog')}>catalogue</a> is the place to change that.</p>
<div class="panel" data-when-filled hidden>
	${rows}
</div>
<form class="checkout" method="post" action="/cart/checkout">
	${total}
	<button class="button" data-checkout data-ff-click="checkout" data-ff-amount="0" data-ff-currency="EUR" disabled>Check out</button>
</form>
<p class="status" role="status"></p>
<section aria-labelledby="others">
	<h2 id="others">Forgotten anything?</h2>
	${productCards(products)}
</section>`,
	};
}

export function checkoutPage(): PageContent {
	return {
		path: '/cart/checkout',
		title: 'Your order',
		tracked: 'checkout',
		bodyAttributes: 'data-ff-amount="0" data-ff-currency="EUR"',
		script: 'checkout.js',
		main: `<h1>Your order</h1>
<p class="lead" data-when-empty>There is no order: the cart was empty. The <a ${trackedLink('/catalog')}>catalogue</a> is the place to start.</p>
<div data-when-filled hidden>
	<p class="lead" data-when-kept>Thank you. Here is what you ordered; your cart is empty again.</p>
	<p class="lead" data-when-returned hidden>You have sent this order back. You get your money back.</p>
	<div class="panel">
		${cartRows(() => '<span class="quantity" data-quantity></span>')}
	</div>
	${total}
	<form method="post" action="/cart/return" data-return data-when-kept>
		<button class="button quiet" data-ff-click="return">Send it back</button>
	</form>
</div>
<p><a class="button quiet" ${trackedLink('/main')}>Back to the shop</a></p>`,
	};
}
