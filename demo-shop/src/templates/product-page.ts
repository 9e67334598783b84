import { type Product, productPath, products } from '../products.js';
import { escapeHtml, formatPrice } from './html.js';
import type { PageContent } from './layout.js';
import { picture } from './pictures.js';
import { productCards } from './product-card.js';
import { productAttributes, trackedLink } from './tracked-link.js';

export function productPage(product: Product): PageContent {
	const name = escapeHtml(product.name);
	return {
		path: productPath(product),
		title: product.name,
		tracked: 'product',
		bodyAttributes: productAttributes(product),
		script: 'product.js',
		main: `<p class="trail"><a ${trackedLink('/catalog')}>Catalogue</a> <span aria-hidden="true">/</span> ${name}</p>
<article class="product">
	${picture(product)}
	<div>
		<h1>${name}</h1>
		<p class="lead">${escapeHtml(product.summary)}</p>
		<p class="price large">${formatPrice(product.price)}</p>
		<p class="actions">
			<button type="button" class="button" data-add="${product.id}" data-name="${name}" data-ff-click="add_to_cart" ${productAttributes(product)}>Add to cart</button>
			<a class="button quiet" ${trackedLink('/cart')}>Go to the cart</a>
		</p>
		<p class="status" role="status"></p>
	</div>
</article>
<section aria-labelledby="others">
	<h2 id="others">Goes well with it</h2>
	${productCards(products.filter(({ id }) => id !== product.id))}
</section>`,
	};
}
