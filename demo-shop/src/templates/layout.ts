import { escapeHtml } from './html.js';
import { trackedLink } from './tracked-link.js';

/** Settings of the shop that every page needs. */
export interface ShopContext {
	/** Origin of the tracker's script and of the collector, such as `http://127.0.0.1:7070`. */
	readonly collectorOrigin: string;
	/** Site key of the shop at the collector. */
	readonly site: string;
}

/** Content of a page. */
export interface PageContent {
	readonly path: string;
	readonly title: string;
	/** Value of `data-ff-page`. A page without it (not found) is not tracked. */
	readonly tracked?: string;
	/** Additional attributes of the body, such as those of the page's product. */
	readonly bodyAttributes?: string;
	readonly main: string;
	/** Script of the page in `pages/`, which runs before the tracker's. */
	readonly script?: string;
}

const places = [
	{ path: '/main', label: 'Home' },
	{ path: '/catalog', label: 'Catalogue' },
	{ path: '/registration', label: 'Register' },
] as const;

function navigation(current: string): string {
	const here = (path: string) => (path === current ? ' aria-current="page"' : '');
	const items = places.map(({ path, label }) => `<li><a ${trackedLink(path)}${here(path)}>${label}</a></li>`);
	const cart = `<li><a class="cart-link" ${trackedLink('/cart')}${here('/cart')}>Cart<span class="badge" data-cart-count hidden></span></a></li>`;
	return [...items, cart].join('\n\t\t\t\t');
}

/** Captured signals: the default ones, and web vitals. */
const captured = 'view click outbound download submit vital';

/**
 * Renders a complete page. The shop's scripts are modules and therefore deferred: they run in this order, before the
 * tracker's script, which finds the cart's total in the attributes of the body when it counts the page view.
 */
export function layout(context: ShopContext, page: PageContent): string {
	const { tracked } = page;
	const body = tracked
		? ` data-ff-page="${tracked}"${page.bodyAttributes ? ` ${page.bodyAttributes}` : ''} data-ff-exp-cart_style="default"`
		: '';
	const script = (name: string) => `<script type="module" src="/assets/${name}"></script>`;
	const tracker = `<script defer src="${escapeHtml(context.collectorOrigin)}/footfall.js" data-site="${escapeHtml(context.site)}" data-capture="${captured}"></script>`;
	const scripts = [
		script('cart-count.js'),
		...(page.script ? [script(page.script)] : []),
		...(tracked ? [tracker] : []),
	];
	return `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8">
		<meta name="viewport" content="width=device-width, initial-scale=1">
		<meta name="color-scheme" content="light dark">
		<title>${escapeHtml(page.title)} · Slow Pour</title>
		<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
		<link rel="stylesheet" href="/assets/shop.css">
		${scripts.join('\n\t\t')}
	</head>
	<body${body}>
		<a class="skip-link" href="#content">Skip to content</a>
		<header class="site-header">
			<div class="frame">
				<p class="brand">Slow Pour</p>
				<nav aria-label="Shop">
					<ul>
				${navigation(page.path)}
					</ul>
				</nav>
			</div>
		</header>
		<main id="content" class="frame" tabindex="-1">
${page.main}
		</main>
		<footer class="site-footer">
			<p class="frame">A demo shop. Nothing here is for sale, and nothing you type leaves your browser.</p>
		</footer>
	</body>
</html>
`;
}
