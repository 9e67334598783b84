import type { ShopPage } from '../shoppers/transition-table.js';

/** Kind and title of a page, which a test compares with the rendered page. */
export interface PageFace {
	/** The page's `data-ff-page`. */
	readonly kind: string;
	readonly title: string;
}

export const pageFaces: Readonly<Record<ShopPage, PageFace>> = {
	'/main': { kind: 'main', title: 'Everything for a slow cup · Slow Pour' },
	'/registration': { kind: 'registration', title: 'Register · Slow Pour' },
	'/catalog': { kind: 'catalog', title: 'Catalogue · Slow Pour' },
	'/catalog/product/1': { kind: 'product', title: 'Pour-over kettle · Slow Pour' },
	'/catalog/product/2': { kind: 'product', title: 'Paper filters · Slow Pour' },
	'/catalog/product/3': { kind: 'product', title: 'Electric kettle · Slow Pour' },
	'/catalog/product/4': { kind: 'product', title: 'Cloth filter · Slow Pour' },
	'/cart': { kind: 'cart', title: 'Cart · Slow Pour' },
	'/cart/checkout': { kind: 'checkout', title: 'Your order · Slow Pour' },
};
