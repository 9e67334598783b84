import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { MadeChunk } from './chunk-maker.js';
import type { ChunkWork } from './chunk-thread.js';
import type { Chunk } from './plan.js';

/** Always the built file: Node runs no TypeScript in a thread, and this address is right from `src` as from `dist`. */
const threadFile = new URL('../../dist/history/chunk-thread.js', import.meta.url);

/**
 * Makes chunks on several threads and gives them in their order. At most one more chunk than there are threads is made ahead.
 *
 * @param threads 1 to 64
 */
export async function* makeChunks(
	work: ChunkWork,
	chunks: readonly Chunk[],
	threads: number,
): AsyncGenerator<MadeChunk, void, undefined> {
	const workers = Array.from({ length: Math.min(threads, chunks.length) }, () => startThread(work));
	const idle = [...workers];
	const waiting: ((worker: Worker) => void)[] = [];
	const free = (worker: Worker) => {
		const next = waiting.shift();
		if (next) next(worker);
		else idle.push(worker);
	};
	const make = async (chunk: Chunk) => {
		const worker = idle.pop() ?? (await new Promise<Worker>((resolve) => waiting.push(resolve)));
		worker.postMessage(chunk);
		const [made] = (await once(worker, 'message')) as [MadeChunk];
		free(worker);
		return made;
	};
	try {
		const ahead: Promise<MadeChunk>[] = [];
		for (const chunk of chunks) {
			const made = make(chunk);
			// Whoever waits for an earlier one hears of a later one's failure in time.
			made.catch(() => undefined);
			ahead.push(made);
			if (ahead.length > workers.length) yield await (ahead.shift() as Promise<MadeChunk>);
		}
		for (const made of ahead) yield await made;
	} finally {
		await Promise.all(workers.map((worker) => worker.terminate()));
	}
}

function startThread(work: ChunkWork): Worker {
	// Not the flags of this process: some, like --input-type, end a thread that runs a file.
	return new Worker(threadFile, { workerData: work, execArgv: [] });
}
