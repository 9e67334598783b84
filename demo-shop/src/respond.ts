import type { Asset } from './assets.js';
import { renderPages } from './routes.js';
import { layout, type ShopContext } from './templates/layout.js';
import { notFoundPage } from './templates/main-page.js';

/** A response of the shop. */
interface Reply {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | Buffer;
}

export type Respond = (method: string, path: string) => Reply;

/** Creates the function that answers requests. The function is pure: pages and files are in memory. */
export function createRespond(context: ShopContext, assets: ReadonlyMap<string, Asset>): Respond {
	const pages = renderPages(context);
	const html = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy(context) };
	const page = (path: string): Reply => {
		const body = pages.get(path);
		if (body) return { status: 200, headers: { ...html, 'Cache-Control': 'no-cache' }, body };
		return { status: 404, headers: html, body: layout(context, notFoundPage(path)) };
	};
	return (method, path) => {
		// A POST places the order, or sends it back, and a GET shows it, so that reloading or going back does not ask to
		// send it again.
		if (method === 'POST' && orderPaths.has(path)) return empty(303, { Location: '/cart/checkout' });
		if (method !== 'GET' && method !== 'HEAD') return empty(405, { Allow: 'GET, HEAD' });
		if (path === '/') return empty(302, { Location: '/main' });
		const asset = assets.get(path);
		if (!asset) return page(path);
		const headers = { 'Content-Type': asset.type, 'Cache-Control': 'public, max-age=300' };
		return { status: 200, headers, body: asset.body };
	};
}

/** Paths of forms that concern an order. */
const orderPaths: ReadonlySet<string> = new Set(['/cart/checkout', '/cart/return']);

function empty(status: number, headers: Readonly<Record<string, string>>): Reply {
	return { status, headers, body: '' };
}

/** The content security policy. The tracker needs its script, and requests and a WebSocket to the collector. */
function policy({ collectorOrigin }: ShopContext): string {
	const socket = collectorOrigin.replace(/^http/, 'ws');
	return [
		"default-src 'self'",
		`script-src 'self' ${collectorOrigin}`,
		`connect-src 'self' ${collectorOrigin} ${socket}`,
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	].join('; ');
}
