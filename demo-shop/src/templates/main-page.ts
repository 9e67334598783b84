import { productPath, products } from '../products.js';
import type { PageContent } from './layout.js';
import { picture } from './pictures.js';
import { productCards } from './product-card.js';
import { trackedLink, trackedProductLink } from './tracked-link.js';

export function mainPage(): PageContent {
	const [first] = products;
	const hero = first
		? `<a class="hero-picture" ${trackedProductLink(first)} aria-label="${first.name}">${picture(first)}</a>`
		: '';
	return {
		path: '/main',
		title: 'Everything for a slow cup',
		tracked: 'main',
		main: `<section class="hero">
	<div>
		<h1>Everything for a slow cup</h1>
		<p class="lead">Four things, well made. A kettle that pours where you point it, and paper or cloth to pour through.</p>
		<p class="actions">
			<a class="button" ${trackedLink('/catalog')}>See the catalogue</a>
			<a class="button quiet" ${trackedLink('/registration')}>Register</a>
		</p>
	</div>
	${hero}
</section>
<section aria-labelledby="all-products">
	<h2 id="all-products">All four of them</h2>
	${productCards(products)}
</section>`,
	};
}

export function catalogPage(): PageContent {
	return {
		path: '/catalog',
		title: 'Catalogue',
		tracked: 'catalog',
		main: `<h1>Catalogue</h1>
<p class="lead">Two kettles and two filters. Each goes with the others.</p>
${productCards(products)}`,
	};
}

export function notFoundPage(path: string): PageContent {
	return {
		path,
		title: 'Page not found',
		main: `<h1>There is no such page</h1>
<p class="lead">The <a href="/catalog">catalogue</a> has everything we sell, the first of it being
<a href="${productPath({ id: 1 })}">the kettle</a>.</p>`,
	};
}
