import { parentPort, workerData } from 'node:worker_threads';
import { chunkMaker, type HistoryForm } from './chunk-maker.js';
import type { Chunk, HistoryOptions } from './plan.js';

/** What a thread is started with. */
export interface ChunkWork {
	readonly options: HistoryOptions;
	readonly form: HistoryForm;
}

// A thread of a ChunkPool: one chunk, one answer.
const { options, form } = workerData as ChunkWork;
const make = chunkMaker(options, form);
parentPort?.on('message', (chunk: Chunk) => {
	const made = make(chunk);
	const memory = made.pieces.flatMap(({ bytes }) => bytes.map(({ buffer }) => buffer));
	parentPort?.postMessage(made, memory);
});
