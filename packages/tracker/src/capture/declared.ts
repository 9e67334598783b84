import type { RawFields } from '../options.js';

/** Elements that can carry `data-ff-*`. */
export type Declaring = HTMLElement | SVGElement;

/** What the attributes for products and amounts say, on whichever element they are. */
export function declaredFields({ dataset }: Declaring): RawFields {
	return { productId: dataset.ffProductId, amount: dataset.ffAmount, currency: dataset.ffCurrency };
}
