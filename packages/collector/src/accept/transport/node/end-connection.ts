import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { json } from '../http.js';

/**
 * Time for which later bytes of a client are discarded after its last answer, ms: closing the connection with unread
 * bytes would discard the answer, too.
 */
const lingerMs = 1_000;

/** Ends a connection after what was written to it, and discards what it still sends. */
export function endConnection(socket: Duplex): void {
	socket.end();
	socket.resume();
	const timer = setTimeout(() => socket.destroy(), lingerMs);
	socket.once('close', () => clearTimeout(timer));
}

const noRequest =
	'No valid request arrived. A request needs a Host header, at most 100 headers, and no control characters in them.';

/** Status and text for bytes that are not a valid request, by the code of Node's error. */
const faults: Readonly<Record<string, readonly [status: number, error: string]>> = {
	HPE_HEADER_OVERFLOW: [431, 'The headers are too large.'],
	HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The extensions of the chunks are too large.'],
	ERR_HTTP_REQUEST_TIMEOUT: [408, noRequest],
};

/** The answer to bytes that are not a valid request, as it is written to the connection. Pure. */
export function rawRefusal(code: string | undefined): string {
	const [status, error] = faults[code ?? ''] ?? [400, 'The request is not valid HTTP.'];
	const { headers, body } = json(status, { error });
	const lines = [...headers, ['Connection', 'close'], ['Content-Length', String(Buffer.byteLength(body ?? ''))]];
	return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.map((line) => `${line.join(': ')}\r\n`).join('')}\r\n${body}`;
}
