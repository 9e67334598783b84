import { createHash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type ContentEncoding, chooseEncoding } from './transport/content-encoding.js';
import { crossOrigin, type Reply, type Request, type Route } from './transport/http.js';

/**
 * Fresh for an hour, and usable for a day more while it is revalidated: a fix of the script reaches every page within a
 * day.
 */
const cacheControl = 'public, max-age=3600, stale-while-revalidate=86400';

interface Variant {
	etag: string;
	body: Uint8Array;
}

/** `GET` and `HEAD` of a script that pages load, compressed once at the start. */
export function scriptRoutes(path: string, script: Uint8Array): Route[] {
	const hash = createHash('sha256').update(script).digest('base64url').slice(0, 22);
	// Every encoding has a strong ETag of its own, since an ETag identifies bytes.
	const variant = (encoding: ContentEncoding, body: Uint8Array) => ({ etag: `"${hash}-${encoding}"`, body });
	const variants: Record<ContentEncoding, Variant> = {
		br: variant('br', brotliCompressSync(script)),
		gzip: variant('gzip', gzipSync(script, { level: 9 })),
		contentKey: variant('contentKey', script),
	};
	const handle = ({ headers }: Request) => {
		const encoding = chooseEncoding(headers['accept-encoding']);
		return replyOf(variants[encoding], encoding, headers['if-none-match']);
	};
	const route = { path, bodyBytesMax: 0, handle };
	return [
		{ ...route, method: 'get' },
		{ ...route, method: 'head' },
	];
}

function replyOf({ etag, body }: Variant, encoding: ContentEncoding, ifNoneMatch: string): Reply {
	const headers: (readonly [string, string])[] = [
		['ETag', etag],
		['Cache-Control', cacheControl],
		['Vary', 'Accept-Encoding'],
		crossOrigin,
		// Cross-origin isolated pages may load it too.
		['Cross-Origin-Resource-Policy', 'cross-origin'],
		['Timing-Allow-Origin', '*'],
	];
	if (matches(ifNoneMatch, etag)) return { status: 304, headers };
	headers.push(['Content-Type', 'text/javascript; charset=utf-8'], ['X-Content-Type-Options', 'nosniff']);
	if (encoding !== 'contentKey') headers.push(['Content-Encoding', encoding]);
	return { status: 200, headers, body };
}

function matches(ifNoneMatch: string, etag: string): boolean {
	return ifNoneMatch.split(',').some((tag) => {
		const trimmed = tag.trim();
		return trimmed === '*' || trimmed.replace(/^W\//, '') === etag;
	});
}
