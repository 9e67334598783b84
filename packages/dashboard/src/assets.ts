import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliCompressSync, constants } from 'node:zlib';

/** A file of the page, in memory. */
export interface Asset {
	type: string;
	body: Buffer;
	/** The body in brotli; undefined if that is not smaller. */
	brotli: Buffer | undefined;
	/** Entity tag of the body in every encoding, with its quotes. */
	etag: string;
}

export interface Assets {
	/** Files by path. No other file is served. */
	files: ReadonlyMap<string, Asset>;
	/** The page of the dashboard. */
	page: Asset;
	/** The page that asks for the token. */
	login: Asset;
	/** Hash of the style that Plot writes into every chart, as a source of a Content-Security-Policy. */
	chartStyleHash: string;
}

// `web` is beside both `src` and `dist`, so the path holds for sources and for the build.
const written = (name: string) => readFileSync(new URL(`../web/${name}`, import.meta.url));
const built = (name: string) => readFileSync(new URL(`../dist/web/${name}`, import.meta.url));
const font = () =>
	readFileSync(
		createRequire(import.meta.url).resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
	);

/** Reads every file that a browser loads into memory. */
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
	// A weak tag, since the bytes differ between encodings.
	const etag = `W/"${createHash('sha256').update(body).digest('base64url')}"`;
	return { type, body, brotli: small.length < body.length ? small : undefined, etag };
}
