import { products } from './products.js';
import { cartPage, checkoutPage } from './templates/cart-page.js';
import { layout, type ShopContext } from './templates/layout.js';
import { catalogPage, mainPage } from './templates/main-page.js';
import { productPage } from './templates/product-page.js';
import { registrationPage } from './templates/registration-page.js';

/** Every page of the shop by its path. They depend on nothing a request says, so each is rendered once. */
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
