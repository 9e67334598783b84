import type { Wait } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';

/** What a route sees of a request. */
export interface Request {
	/** Raw query, without the `?`. */
	query: string;
	/** Sender address; never kept beyond the request. */
	sender: SenderAddress;
	client: Client;
	/** Those that routes look at; empty strings where the request had none. */
	headers: Readonly<Record<'origin' | 'user-agent' | 'content-type' | 'accept-encoding' | 'if-none-match', string>>;
	/** The whole body; only valid until the handler first returns or awaits. */
	body: Uint8Array;
}

/** The client connection of a request. */
export interface Client {
	/** Whether the client has disconnected, so that no answer is needed. */
	isGone: boolean;
	/** Called once, when the client disconnects. */
	onGone?: () => void;
}

/** What a route answers. */
export interface Reply {
	status: number;
	headers: readonly (readonly [name: string, value: string])[];
	/** Left out for answers that have none. */
	body?: string | Uint8Array;
}

/** One method and path. */
export interface Route {
	method: 'get' | 'head' | 'post' | 'options';
	path: string;
	/** Bytes of body that are taken; a longer one gets `tooLarge` and the connection is closed. 0 where there is none. */
	bodyBytesMax: number;
	tooLarge?: () => Reply;
	/** The answer while the bodies of others fill the room for those that come in pieces; given what came so far. */
	busy?: (begun: Uint8Array) => Reply;
	/** The answer to a sender that has to wait. Its body is not read, and its connection is closed. */
	putOff?: (wait: Wait) => Reply;
	/**
	 * Whether a body that says that it is not too long is read, and handled, although its sender has to wait: where the answer needs
	 * the body. Not when the sender goes on for long. @default false
	 */
	readsInDebt?: boolean;
	handle: (request: Request) => Reply | Promise<Reply>;
}

/**
 * Any page may read the answers: they tell nothing of others, and no cookie is involved. The request's own Origin is never
 * echoed; what a site allows is checked against its list when a batch names it.
 */
export const crossOrigin = ['Access-Control-Allow-Origin', '*'] as const;

const typeJson = ['Content-Type', 'application/json'] as const;

/** A JSON answer that pages of any origin may read. */
export function json(status: number, body: string | object, ...headers: Reply['headers']): Reply {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return { status, headers: [typeJson, crossOrigin, ...headers], body: text };
}

/** `Retry-After` in whole seconds, where there is something to wait for. */
export function retryAfter(retryAfterMs: number | undefined): Reply['headers'] {
	return retryAfterMs === undefined ? [] : [['Retry-After', String(Math.ceil(retryAfterMs / 1000))]];
}

/** The answer to a browser that asks before it sends JSON from another origin. */
export function preflight(path: string): Route {
	const headers = [
		crossOrigin,
		['Access-Control-Allow-Methods', 'POST'],
		['Access-Control-Allow-Headers', 'Content-Type'],
		['Access-Control-Max-Age', '86400'],
	] as const;
	return { method: 'options', path, bodyBytesMax: 0, handle: () => ({ status: 204, headers }) };
}
