import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { ChunkWork, Piece } from './chunk-maker.js';
import type { ChunkMessage } from './chunk-thread.js';
import type { Chunk } from './plan.js';

/**
 * The built file, since Node does not run TypeScript in a thread. The path is the same relative to `src` and `dist`.
 */
const threadFile = new URL('../../dist/history/chunk-thread.js', import.meta.url);

/** The pieces of a chunk, of which a thread may still be making the rest; none if the chunk has no events. */
export type MadeChunk = AsyncIterable<Piece>;

/**
 * Makes chunks on several threads and yields them in order. The caller must read each chunk to its end before the next
 * one. At most one more chunk than there are threads is in progress, and no thread has more than two unread pieces, so
 * the memory is bounded for chunks of any size.
 *
 * @param threads 1 to 64
 */
export async function* makeChunks(
	work: ChunkWork,
	chunks: readonly Chunk[],
	threads: number,
): AsyncGenerator<MadeChunk, void, undefined> {
	const idle: ChunkThread[] = [];
	const waiting: ((thread: ChunkThread) => void)[] = [];
	const free = (thread: ChunkThread) => {
		const next = waiting.shift();
		if (next) next(thread);
		else idle.push(thread);
	};
	const all = Array.from({ length: Math.min(threads, chunks.length) }, () => new ChunkThread(work, free));
	idle.push(...all);
	const begin = async (chunk: Chunk) => {
		const thread = idle.pop() ?? (await new Promise<ChunkThread>((resolve) => waiting.push(resolve)));
		return thread.make(chunk);
	};
	try {
		const ahead: Promise<MadeChunk>[] = [];
		for (const chunk of chunks) {
			ahead.push(begin(chunk));
			if (ahead.length > all.length) yield await (ahead.shift() as Promise<MadeChunk>);
		}
		for (const made of ahead) yield await made;
	} finally {
		await Promise.all(all.map((thread) => thread.stop()));
	}
}

/** A thread that makes one chunk after another. */
class ChunkThread {
	readonly #worker: Worker;
	/** Number of unread pieces, shared with the thread, which waits while there are too many. */
	readonly #untaken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
	#pieces: Readable | undefined;

	constructor(work: ChunkWork, onFree: (thread: ChunkThread) => void) {
		// The flags of this process are not passed: some, such as --input-type, end a thread that runs a file.
		this.#worker = new Worker(threadFile, { workerData: { ...work, untaken: this.#untaken }, execArgv: [] });
		this.#worker.on('message', (message: ChunkMessage) => {
			this.#pieces?.push(message === 'done' ? null : message);
			if (message === 'done') onFree(this);
		});
		// The error is thrown when the caller reads this chunk, which may be after earlier chunks.
		this.#worker.on('error', (error) => this.#pieces?.on('error', () => undefined).destroy(error));
	}

	make(chunk: Chunk): MadeChunk {
		const pieces = new Readable({ objectMode: true, read: () => undefined });
		this.#pieces = pieces;
		this.#worker.postMessage(chunk);
		return this.#take(pieces);
	}

	async *#take(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
		for await (const piece of pieces) {
			Atomics.sub(this.#untaken, 0, 1);
			Atomics.notify(this.#untaken, 0);
			yield piece;
		}
	}

	async stop(): Promise<void> {
		await this.#worker.terminate();
	}
}
