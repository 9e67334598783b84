import { escapeHtml } from './html.js';
import { trackedLink } from './tracked-link.js';

/** What every page needs to know about the shop it belongs to. */
export interface ShopContext {
	/** Where the tracker's script and the collector live, as an origin: `http://127.0.0.1:7070`. */
	readonly collectorOrigin: string;
	/** The key of this shop at the collector. */
	readonly site: string;
}

/** One page, as its template describes it. */
export interface PageContent {
	readonly path: string;
	readonly title: string;
	/** `data-ff-page`; a page without one (not found) is not tracked. */
	readonly tracked?: string;
	/** More attributes of the body, such as the product the page is about. */
	readonly bodyAttributes?: string;
	readonly main: string;
	/** The page's own script in `pages/`, run before the tracker's. */
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

/** Signals of the pages: those that are captured by default, and how fast the pages are for their visitors. */
const captured = 'view click outbound download submit vital';

/**
 * The frame around a page. The shop's scripts are modules and so deferred: they run in the order they stand here, before
 * the tracker's, which therefore finds the cart's total in the body's attributes when it counts the page view.
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
