import { parentPort, workerData } from 'node:worker_threads';
import { type ChunkWork, chunkMaker, type Piece } from './chunk-maker.js';
import type { Chunk } from './plan.js';

/** Message of a thread: a piece, or the end of a chunk. */
export type ChunkMessage = Piece | 'done';

/** Maximum number of unread pieces of a thread; at the maximum, the thread waits. */
export const untakenMax = 2;

// The thread receives a chunk, and sends its pieces as they are made.
if (parentPort !== null) {
	const port = parentPort;
	const { untaken, ...work } = workerData as ChunkWork & { untaken: Int32Array };
	const say = (message: ChunkMessage, memory: ArrayBuffer[] = []) => port.postMessage(message, memory);
	const make = chunkMaker(work, (piece) => {
		for (let n = Atomics.load(untaken, 0); n >= untakenMax; n = Atomics.load(untaken, 0)) Atomics.wait(untaken, 0, n);
		Atomics.add(untaken, 0, 1);
		say(
			piece,
			piece.bytes.map(({ buffer }) => buffer),
		);
	});
	port.on('message', (chunk: Chunk) => {
		make(chunk);
		say('done');
	});
}
