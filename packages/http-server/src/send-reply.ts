import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HttpReply } from './message.js';

/**
 * Chunk size of an answer, bytes. Smaller chunks would cost more calls; with larger ones the server notices later
 * whether the client reads.
 */
const pieceBytes = 65_536;

/**
 * Writes an answer at the pace at which the client reads it.
 *
 * @param onProgress called whenever a part of it was taken
 */
export async function sendReply(
	response: ServerResponse,
	{ status, headers, body }: HttpReply,
	onProgress: () => void,
): Promise<void> {
	const bytes = typeof body === 'string' ? Buffer.from(body) : body;
	// The Content-Length of a 304 would be that of the file.
	const length = status === 304 ? {} : { 'Content-Length': bytes.length };
	response.writeHead(status, { ...headers, ...length });
	if (response.req.method === 'HEAD' || status === 304) await ended(response);
	else if (bytes.length <= pieceBytes) await ended(response, bytes);
	// A client that disconnects before its answer is complete is not an error of the server.
	else await pipeline(Readable.from(piecesOf(bytes, onProgress)), response).catch(() => undefined);
}

/** Settles when the answer was taken, or the connection is closed. */
function ended(response: ServerResponse, bytes?: Uint8Array): Promise<void> {
	return new Promise((resolve) => {
		response.once('finish', resolve);
		response.once('close', resolve);
		response.end(bytes);
	});
}

function* piecesOf(bytes: Uint8Array, onPiece: () => void): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += pieceBytes) {
		onPiece();
		yield bytes.subarray(at, at + pieceBytes);
	}
}
