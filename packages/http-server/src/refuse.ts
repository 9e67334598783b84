import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Time for which later bytes of a refused sender are discarded, ms: closing the connection immediately would discard
 * the answer too.
 */
export const lingerMs = 1_000;

const statusOf: Readonly<Record<string, number>> = {
	HPE_HEADER_OVERFLOW: 431,
	HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
	ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The status for bytes that are not a valid request, by the code of Node's error. Pure. */
export function statusOfFault(error: NodeJS.ErrnoException): number {
	return statusOf[error.code ?? ''] ?? 400;
}

/** Answers bytes that cannot become a request with a status line only, and closes the connection. */
export function refuse(socket: Duplex, status: number): void {
	if (!socket.writable) {
		socket.destroy();
		return;
	}
	socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
	socket.resume();
	const timer = setTimeout(() => socket.destroy(), lingerMs);
	socket.once('close', () => clearTimeout(timer));
}
