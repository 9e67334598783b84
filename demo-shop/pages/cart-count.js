// Shows the number of items beside "Cart" in the header of every page.
import { itemCount, readCart, things } from './cart-store.js';

const badge = document.querySelector('[data-cart-count]');

function show() {
	const count = itemCount(readCart());
	badge.hidden = count === 0;
	badge.textContent = count;
	badge.parentElement.setAttribute('aria-label', count === 0 ? 'Cart, empty' : `Cart, ${things(count)}`);
}

show();
addEventListener('cart-change', show);
// `storage` reports a change in another tab, `pageshow` a page from the back/forward cache.
addEventListener('storage', show);
addEventListener('pageshow', show);
