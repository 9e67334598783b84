import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { ChunkWork, Piece } from './chunk-maker.js';
import type { ChunkMessage } from './chunk-thread.js';
import type { Chunk } from './plan.js';

/** Always the built file: Node runs no TypeScript in a thread, and this address is right from `src` as from `dist`. */
const threadFile = new URL('../../dist/history/chunk-thread.js', import.meta.url);

/** A chunk, of which a thread may still be making the rest; without pieces where nothing happened. */
export type MadeChunk = AsyncIterable<Piece>;

/**
 * Makes chunks on several threads and gives them in their order; each has to be taken to its end before the next one. At most one more
 * chunk than there are threads is begun ahead, and no thread has more than two pieces waiting, so that memory is bounded however
 * large the chunks are.
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

/** A thread that makes one chunk after the other. */
class ChunkThread {
	readonly #worker: Worker;
	/** Shared with the thread, which waits while it is too many. */
	readonly #untaken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
	#pieces: Readable | undefined;

	constructor(work: ChunkWork, onFree: (thread: ChunkThread) => void) {
		// Not the flags of this process: some, like --input-type, end a thread that runs a file.
		this.#worker = new Worker(threadFile, { workerData: { ...work, untaken: this.#untaken }, execArgv: [] });
		this.#worker.on('message', (message: ChunkMessage) => {
			this.#pieces?.push(message === 'done' ? null : message);
			if (message === 'done') onFree(this);
		});
		// Whoever waits for an earlier chunk hears of this one's failure in time.
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
