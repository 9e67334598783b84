import { type Product, productPath } from '../products.js';

/** Attributes of a link whose clicks are tracked. With an empty value, the tracker reports the href as written. */
export function trackedLink(href: string): string {
	return `href="${href}" data-ff-click=""`;
}

/** Attributes of a tracked link to a product, with the product's id and price. */
export function trackedProductLink(product: Product): string {
	return `${trackedLink(productPath(product))} ${productAttributes(product)}`;
}

/** Attributes with id and price of a product. */
export function productAttributes({ id, price }: Product): string {
	return `data-ff-product-id="${id}" data-ff-amount="${price}" data-ff-currency="EUR"`;
}
