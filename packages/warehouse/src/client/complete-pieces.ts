import type { Readable } from 'node:stream';

/**
 * The pieces of a body, in order, and then the error if its connection failed. Pieces that had arrived before the
 * error are among them, which the iterator of a failed stream leaves out.
 */
export async function* completePieces(body: Readable): AsyncGenerator<Buffer> {
	try {
		for await (const piece of body) yield piece;
	} catch (error) {
		for (let piece = body.read(); piece !== null; piece = body.read()) yield piece;
		throw error;
	}
}
