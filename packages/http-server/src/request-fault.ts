/** The parts of a request that decide whether it is handled at all. */
export interface RequestHead {
	/** HTTP version, `1.1`. */
	httpVersion: string;
	/** Target as in the request line. */
	target: string;
	/** Names and values alternating, in the order received. */
	rawHeaders: readonly string[];
}

/**
 * Maximum number of headers of a request. Node drops headers above its own limit, which could include headers that this
 * check depends on.
 */
const headersMax = 100;
/** Maximum body of a request, bytes. The longest body that senders need is a token. */
export const bodyBytesMax = 1_024;

/** Headers that must be unique: if one occurs twice, a proxy in front may have used the other occurrence. */
const singleHeaders = ['host', 'authorization', 'origin', 'sec-fetch-site', 'content-length'];

/** The status that refuses a malformed or unsupported request; undefined for a valid one. Pure. */
export function requestFault({ httpVersion, target, rawHeaders }: RequestHead): number | undefined {
	// A request line without headers, as before HTTP/1.0, may be the first line of any protocol.
	if (httpVersion === '0.9') return 400;
	if (rawHeaders.length / 2 > headersMax) return 431;
	// An absolute URL is meant for proxies, `*` for the server as a whole.
	if (!target.startsWith('/')) return 400;
	const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
	if (singleHeaders.some((name) => names.indexOf(name) !== names.lastIndexOf(name))) return 400;
	const firstOf = (name: string) => rawHeaders[names.indexOf(name) * 2 + 1] ?? '';
	// An offer of HTTP/2 may be ignored; a page that asks for a WebSocket must get an error.
	if (names.includes('upgrade') && /\bwebsocket\b/i.test(firstOf('upgrade'))) return 400;
	if (names.includes('content-length') && Number(firstOf('content-length')) > bodyBytesMax) return 400;
	// No body is inflated: the longest one is a token.
	const codings = rawHeaders.filter((_, at) => at % 2 === 1 && names[(at - 1) / 2] === 'content-encoding');
	if (!/^(?:[\s,]|identity)*$/i.test(codings.join())) return 415;
	return undefined;
}
