import type { IncomingHttpHeaders } from 'node:http';

/** A complete request: its body has been read. */
export interface HttpRequest {
	method: string;
	/** Normalised path, without the query. */
	path: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	/** UTF-8, of at most 1,024 bytes. */
	body: string;
}

/** An answer, before it is written to a connection. */
export interface HttpReply {
	status: number;
	/** Headers without Content-Length, which the server adds. */
	headers: Readonly<Record<string, string>>;
	body: string | Uint8Array;
}
