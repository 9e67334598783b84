/** What decides whether a request is judged at all. */
export interface RequestHead {
	/** `1.1` */
	httpVersion: string;
	/** As it stands in the request line. */
	target: string;
	/** Names and values in turn, as they came. */
	rawHeaders: readonly string[];
}

/** Most headers of a request. Node would leave out what is beyond its own bound, and with it what we decide by. */
const headersMax = 100;
/** Longest body of a request, bytes. Senders have nothing longer to say than a token. */
export const bodyBytesMax = 1_024;

/** Headers that we decide by: of two of them, a proxy in front may have judged the other one. */
const singleHeaders = ['host', 'authorization', 'origin', 'sec-fetch-site', 'content-length'];

/** The status that refuses a request for its form; undefined when there is nothing wrong with it. Pure. */
export function requestFault({ httpVersion, target, rawHeaders }: RequestHead): number | undefined {
	// A request line alone, as before HTTP/1.0, may be the first line of anything.
	if (httpVersion === '0.9') return 400;
	if (rawHeaders.length / 2 > headersMax) return 431;
	// An absolute address is for proxies, `*` for servers as a whole.
	if (!target.startsWith('/')) return 400;
	const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
	if (singleHeaders.some((name) => names.indexOf(name) !== names.lastIndexOf(name))) return 400;
	const firstOf = (name: string) => rawHeaders[names.indexOf(name) * 2 + 1] ?? '';
	// An offer of HTTP/2 may be ignored; a page that asks for a socket must be told that there is none.
	if (names.includes('upgrade') && /\bwebsocket\b/i.test(firstOf('upgrade'))) return 400;
	if (names.includes('content-length') && Number(firstOf('content-length')) > bodyBytesMax) return 400;
	return undefined;
}
