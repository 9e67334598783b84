import { liveness } from '@footfall/host';
import type { HttpReply } from '@footfall/http-server';
import type { Asset, Assets } from '../assets.js';
import { type AccessPolicy, type Admission, admit, type Credentials } from './admit.js';
import { json, securityHeaders } from './reply.js';
import { isSameSecret, sessionOf } from './secret.js';

/** The parts of a request that its answer depends on. */
export interface Request {
	method: string;
	path: string;
	query: URLSearchParams;
	credentials: Credentials;
	acceptsBrotli: boolean;
	/** `If-None-Match`: the tag of the version that the browser has. */
	knownTag: string | undefined;
	/** Body of a POST; empty otherwise. */
	body: string;
}

/** Lifetime of the session cookie, days. */
const sessionDays = 30;

/** Files that the login page needs, served without the token. They have no data in them. */
const openPaths = new Set(['/login.js', '/style.css', '/icon.svg', '/inter.woff2']);

export interface Context {
	policy: AccessPolicy;
	assets: Assets;
	/** Answers `/metrics` and the paths below `/api/`; undefined for other paths. */
	api(path: string, query: URLSearchParams): Promise<HttpReply | undefined>;
}

/** Creates the function that answers requests. */
export function createRespond({ policy, assets, api }: Context): (request: Request) => Promise<HttpReply> {
	const shared = securityHeaders(assets.chartStyleHash);
	return async (request) => {
		const reply = await answer(request, admit(policy, request.credentials), { policy, assets, api });
		return { ...reply, headers: { ...shared, ...reply.headers } };
	};
}

async function answer(request: Request, admission: Admission, { policy, assets, api }: Context): Promise<HttpReply> {
	const { method, path, query } = request;
	const isRead = method === 'GET' || method === 'HEAD';
	const file = (asset: Asset, status = 200) => fileReply(asset, request, status);
	// Health checks of load balancers name no host, or their own name for this one. The answer has the version, and
	// no data in it.
	if (path === '/livez' && isRead) return json(200, liveness());
	if (admission === 'foreign') return json(403, { error: 'Forbidden.' });
	if (method === 'POST' && path === '/login') return login(request, policy);
	if (!isRead) return json(405, { error: 'Method not allowed.' }, { Allow: 'GET, HEAD' });
	const open = openPaths.has(path) ? assets.files.get(path) : undefined;
	if (open) return file(open);
	if (admission === 'stranger') return path === '/' ? file(assets.login, 401) : json(401, { error: 'Unauthorized.' });
	const found = path === '/' ? assets.page : assets.files.get(path);
	if (found) return file(found);
	return (await api(path, query)) ?? json(404, { error: 'Not found.' });
}

/** Exchanges the token for a cookie that scripts cannot read and other sites cannot send. */
function login({ body, credentials }: Request, policy: AccessPolicy): HttpReply {
	if (credentials.fetchSite !== undefined && credentials.fetchSite !== 'same-origin') {
		return json(403, { error: 'Forbidden.' });
	}
	if (!isSameSecret(body, policy.token)) return json(401, { error: 'Unauthorized.' });
	// The origin is https where a proxy in front terminates TLS.
	const secure = credentials.origin?.startsWith('https:') ? '; Secure' : '';
	const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${sessionDays * 86_400}${secure}`;
	const cookie = `${policy.cookieName}=${sessionOf(policy.token)}; ${attributes}`;
	return json(200, { admitted: true }, { 'Set-Cookie': cookie });
}

function fileReply(
	{ type, body, brotli, etag }: Asset,
	{ acceptsBrotli, knownTag }: Request,
	status: number,
): HttpReply {
	const kept = { 'Cache-Control': 'no-cache', ETag: etag, Vary: 'Accept-Encoding, Cookie' };
	// The login page has status 401. A 304 would make the browser show it in place of the dashboard.
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
