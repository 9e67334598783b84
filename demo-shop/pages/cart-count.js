// The number beside "Cart" in the header, on every page.
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
// Another tab's change, and a page that comes back from the back/forward cache.
addEventListener('storage', show);
addEventListener('pageshow', show);
