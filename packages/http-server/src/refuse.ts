import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * How long what a refused sender goes on sending is thrown away, milliseconds: a connection closed at once would take
 * the answer with it.
 */
export const lingerMs = 1_000;

const statusOf: Readonly<Record<string, number>> = {
	HPE_HEADER_OVERFLOW: 431,
	HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
	ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The status that answers bytes which are no request, by the code of Node's error. Pure. */
export function statusOfFault(error: NodeJS.ErrnoException): number {
	return statusOf[error.code ?? ''] ?? 400;
}

/** Answers with a status alone what cannot become a request, and closes. */
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
