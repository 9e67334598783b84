import type { Product } from '../products.js';
import { escapeHtml, formatPrice } from './html.js';
import { picture } from './pictures.js';
import { trackedProductLink } from './tracked-link.js';

/** A list of products. Each card is a single link. */
export function productCards(list: readonly Product[]): string {
	const cards = list.map(
		(product) => `<li><a class="card" ${trackedProductLink(product)}>
				${picture(product)}
				<span class="card-name">${escapeHtml(product.name)}</span>
				<span class="price">${formatPrice(product.price)}</span>
			</a></li>`,
	);
	return `<ul class="cards">${cards.join('\n')}</ul>`;
}
