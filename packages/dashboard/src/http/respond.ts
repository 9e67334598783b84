import type { HttpReply } from '@footfall/http-server';
import type { Asset, Assets } from '../assets.js';
import { type Admission, admit, type Credentials, type Door } from './admit.js';
import { json, securityHeaders } from './reply.js';
import { isSameSecret, sessionOf } from './secret.js';

/** A request, as far as answers depend on it. */
export interface Request {
	method: string;
	path: string;
	query: URLSearchParams;
	credentials: Credentials;
	acceptsBrotli: boolean;
	/** `If-None-Match`: the file that the browser has. */
	knownTag: string | undefined;
	/** Of a POST. */
	body: string;
}

/** Days until a browser asks for the token again. */
const sessionDays = 30;

/** What a stranger may load, so that he can be asked for the token. It is the same for everybody and tells nothing. */
const openPaths = new Set(['/login.js', '/style.css', '/icon.svg', '/inter.woff2']);

export interface Context {
	door: Door;
	assets: Assets;
	/** Answers a path below `/api/`; undefined when there is none. */
	api(path: string, query: URLSearchParams): Promise<HttpReply | undefined>;
}

/** Answers requests. */
export function createRespond({ door, assets, api }: Context): (request: Request) => Promise<HttpReply> {
	const shared = securityHeaders(assets.chartStyleHash);
	return async (request) => {
		const reply = await answer(request, admit(door, request.credentials), { door, assets, api });
		return { ...reply, headers: { ...shared, ...reply.headers } };
	};
}

async function answer(request: Request, admission: Admission, { door, assets, api }: Context): Promise<HttpReply> {
	const { method, path, query } = request;
	const file = (asset: Asset, status = 200) => fileReply(asset, request, status);
	if (admission === 'foreign') return json(403, { error: 'Forbidden.' });
	if (method === 'POST' && path === '/login') return login(request, door);
	if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'Method not allowed.' }, { Allow: 'GET, HEAD' });
	if (path === '/livez') return json(200, { live: true });
	const open = openPaths.has(path) ? assets.files.get(path) : undefined;
	if (open) return file(open);
	if (admission === 'stranger') return path === '/' ? file(assets.login, 401) : json(401, { error: 'Unauthorized.' });
	const found = path === '/' ? assets.page : assets.files.get(path);
	if (found) return file(found);
	return (await api(path, query)) ?? json(404, { error: 'Not found.' });
}

/** A browser that knows the token gets a cookie that no script reads and no other site sends. */
function login({ body, credentials }: Request, door: Door): HttpReply {
	if (credentials.fetchSite !== undefined && credentials.fetchSite !== 'same-origin') {
		return json(403, { error: 'Forbidden.' });
	}
	if (!isSameSecret(body, door.token)) return json(401, { error: 'Unauthorized.' });
	// A browser says https as origin where a proxy speaks TLS for us.
	const secure = credentials.origin?.startsWith('https:') ? '; Secure' : '';
	const cookie = `${door.cookieName}=${sessionOf(door.token)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${sessionDays * 86_400}${secure}`;
	return json(200, { admitted: true }, { 'Set-Cookie': cookie });
}

function fileReply(
	{ type, body, brotli, etag }: Asset,
	{ acceptsBrotli, knownTag }: Request,
	status: number,
): HttpReply {
	const kept = { 'Cache-Control': 'no-cache', ETag: etag, Vary: 'Accept-Encoding, Cookie' };
	// The page that asks for the token is a refusal, which a browser must not take for the page.
	if (status === 200 && knownTag === etag) return { status: 304, headers: kept, body: '' };
	const small = acceptsBrotli ? brotli : undefined;
	return {
		status,
		headers: {
			'Content-Type': type,
			...kept,
			...(small ? { 'Content-Encoding': 'br' } : {}),
		},
		body: small ?? body,
	};
}
