import { type Product, productPath } from '../products.js';

/** The attributes of a link whose clicks count: with an empty value the tracker reports the href as written. */
export function trackedLink(href: string): string {
	return `href="${href}" data-ff-click=""`;
}

/** The same for a link to a product, which also says which one and what it costs. */
export function trackedProductLink(product: Product): string {
	return `${trackedLink(productPath(product))} ${productAttributes(product)}`;
}

/** What an element says about the product it concerns. */
export function productAttributes({ id, price }: Product): string {
	return `data-ff-product-id="${id}" data-ff-amount="${price}" data-ff-currency="EUR"`;
}
