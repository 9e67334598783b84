import { products } from './products.js';
import { cartPage, checkoutPage } from './templates/cart-page.js';
import { layout, type ShopContext } from './templates/layout.js';
import { catalogPage, mainPage } from './templates/main-page.js';
import { productPage } from './templates/product-page.js';
import { registrationPage } from './templates/registration-page.js';

/** Renders every page of the shop, by path. Pages do not depend on the request, so each is rendered once. */
export function renderPages(context: ShopContext): ReadonlyMap<string, string> {
	const pages = [
		mainPage(),
		registrationPage(),
		catalogPage(),
		...products.map(productPage),
		cartPage(),
		checkoutPage(),
	];
	return new Map(pages.map((page) => [page.path, layout(context, page)]));
}
