import { contentCodings, type Rejection } from '@footfall/protocol';
import type { RetryLater } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';

type HeaderName = 'origin' | 'authorization' | 'user-agent' | 'content-type' | 'accept-encoding' | 'if-none-match';

/** A request, as routes see it. */
export interface Request {
	/** Raw query, without the `?`. */
	query: string;
	/** Sender address; kept no longer than the request. */
	sender: SenderAddress;
	client: Client;
	/** The headers that routes use; an empty string for a missing header. */
	headers: Readonly<Record<HeaderName, string>>;
	/** The complete body; valid only until the handler first returns or awaits. */
	body: Uint8Array;
}

/** The reason for refusing a body that cannot be read as its `Content-Encoding` says. */
export interface CodingFault {
	outcome: Extract<Rejection, 'malformed' | 'unsupported-encoding'>;
	/** Description of the fault. */
	message: string;
}

/** The client connection of a request. */
export interface Client {
	/** Whether the client has disconnected, so that no answer is needed. */
	isGone: boolean;
	/** Called once, when the client disconnects. */
	onGone?: () => void;
}

/** The reply of a route. */
export interface Reply {
	status: number;
	headers: readonly (readonly [name: string, value: string])[];
	/** Omitted if the reply has no body. */
	body?: string | Uint8Array;
}

/** A method and a path, and their handler. */
export interface Route extends Answering {
	method: 'get' | 'head' | 'post' | 'options';
	path: string;
}

/** How requests are answered. */
export interface Answering {
	/**
	 * Maximum size of the body as it is received, and inflated, bytes; a larger one gets `tooLarge`, and its connection
	 * is closed unless it was received completely. 0 for no body.
	 */
	bodyBytesMax: number;
	tooLarge?: () => Reply;
	/** Replies to a body that does not fit into the memory budget of incomplete bodies. */
	busy?: (received: Uint8Array) => Reply;
	/** Replies to a body that cannot be read as its `Content-Encoding` says. */
	undecodable?: (why: CodingFault) => Reply;
	/** Replies to a sender above its limit. Its body is not read, and its connection is closed. */
	retryLater?: (wait: RetryLater) => Reply;
	/**
	 * Whether a body with a `Content-Length` within the limit is read and handled although its sender is in debt,
	 * because the answer needs the body; not if the sender has continued for long. @default false
	 */
	readsInDebt?: boolean;
	handle: (request: Request) => Reply | Promise<Reply>;
}

/**
 * Any page may read the answers: they contain nothing about other senders, and no cookie is involved. The `Origin` of a
 * request is never echoed; it is checked against the list of the site that a batch names.
 */
export const crossOrigin = ['Access-Control-Allow-Origin', '*'] as const;

const typeJson = ['Content-Type', 'application/json'] as const;

/** A JSON answer that pages of any origin may read. */
export function json(status: number, body: string | object, ...headers: Reply['headers']): Reply {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return { status, headers: [typeJson, crossOrigin, ...headers], body: text };
}

/** The header that names what a body may be compressed with (RFC 9110, 15.5.16); nothing for another fault. */
export function acceptedCodings(outcome: Rejection): Reply['headers'] {
	return outcome === 'unsupported-encoding' ? [['Accept-Encoding', contentCodings.join(', ')]] : [];
}

/** The header `Retry-After` in whole seconds, if there is a time to wait. */
export function retryAfter(retryAfterMs: number | undefined): Reply['headers'] {
	return retryAfterMs === undefined ? [] : [['Retry-After', String(Math.ceil(retryAfterMs / 1000))]];
}

/**
 * The route that answers the preflight request of a browser that is about to send JSON from another origin. It does not
 * allow `Authorization`: a page has no write key, since everybody can read it there.
 */
export function preflight(path: string): Route {
	const headers = [
		crossOrigin,
		['Access-Control-Allow-Methods', 'POST'],
		['Access-Control-Allow-Headers', 'Content-Type, Content-Encoding'],
		['Access-Control-Max-Age', '86400'],
	] as const;
	return { method: 'options', path, bodyBytesMax: 0, handle: () => ({ status: 204, headers }) };
}
