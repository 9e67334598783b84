import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliCompressSync, constants } from 'node:zlib';

/** A file of the page, in memory. */
export interface Asset {
	type: string;
	body: Buffer;
	/** The same in brotli; undefined where that would not be smaller. */
	brotli: Buffer | undefined;
	/** Names the body, quotes included, whichever way it is packed. */
	etag: string;
}

export interface Assets {
	/** By path. What is not among them is never served. */
	files: ReadonlyMap<string, Asset>;
	/** The page itself, and the one that asks for the token. */
	page: Asset;
	login: Asset;
	/** Of the style that Plot writes into every chart, as a Content-Security-Policy names it. */
	chartStyleHash: string;
}

/** Beside `src` and `dist` alike. */
const written = (name: string) => readFileSync(new URL(`../web/${name}`, import.meta.url));
const built = (name: string) => readFileSync(new URL(`../dist/web/${name}`, import.meta.url));
const font = () =>
	readFileSync(
		createRequire(import.meta.url).resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
	);

/** Reads everything that a browser loads, once. */
export function readAssets(): Assets {
	return {
		files: new Map([
			['/app.js', asset('text/javascript; charset=utf-8', built('app.js'))],
			['/login.js', asset('text/javascript; charset=utf-8', built('login.js'))],
			['/style.css', asset('text/css; charset=utf-8', written('style.css'))],
			['/icon.svg', asset('image/svg+xml', written('icon.svg'))],
			['/inter.woff2', asset('font/woff2', font())],
		]),
		page: asset('text/html; charset=utf-8', written('index.html')),
		login: asset('text/html; charset=utf-8', written('login.html')),
		chartStyleHash: built('chart-style-hash.txt').toString(),
	};
}

function asset(type: string, body: Buffer): Asset {
	const small = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 7 } });
	// Weak, since the packed bytes are others.
	const etag = `W/"${createHash('sha256').update(body).digest('base64url')}"`;
	return { type, body, brotli: small.length < body.length ? small : undefined, etag };
}
