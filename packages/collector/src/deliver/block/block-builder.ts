import { Worker } from 'node:worker_threads';
import type { BlockRequest, BuiltBlock } from './block-request.js';

/** The path of the built file: Node runs no TypeScript in a thread. The path is correct from `src` and from `dist`. */
const threadFile = new URL('../../../dist/deliver/block/block-thread.js', import.meta.url);

type Answer = { block: BuiltBlock } | { fault: string };

/**
 * Builds blocks on a separate thread, one after another, so that pages get their acks meanwhile. The thread starts with
 * the first request, and again after it died.
 */
export class BlockBuilder {
	#thread: Worker | undefined;
	#closing: Promise<unknown> | undefined;
	/** Requests run one after another on this chain. */
	#serialQueue: Promise<unknown> = Promise.resolve();

	/** Builds a block. Rejects when this version cannot read the segment, or when the thread died. */
	build(request: BlockRequest): Promise<BuiltBlock> {
		const built = this.#serialQueue.then(() => this.#ask(request));
		this.#serialQueue = built.catch(() => {});
		return built;
	}

	async #ask(request: BlockRequest): Promise<BuiltBlock> {
		if (this.#closing !== undefined) throw new Error('the block builder is closed');
		this.#thread ??= this.#start();
		const thread = this.#thread;
		const answered = new Promise<Answer>((resolve, reject) => {
			const died = (cause?: unknown) =>
				reject(new Error('the thread that builds blocks ended unexpectedly', { cause }));
			thread
				.removeAllListeners()
				.once('message', resolve)
				.once('error', died)
				.once('exit', () => died());
		});
		// Bytes that share their buffer with others are copied; other buffers are transferred.
		const { buffer, byteLength } = request.bytes;
		thread.postMessage(request, buffer.byteLength === byteLength ? [buffer] : []);
		const answer = await answered.catch((error: unknown) => {
			this.#thread = undefined;
			throw error;
		});
		if ('fault' in answer) throw new Error(answer.fault);
		return answer.block;
	}

	/** Ends the thread. The request in progress and all later ones are rejected. */
	async close(): Promise<void> {
		this.#closing ??= this.#thread?.terminate() ?? Promise.resolve();
		await this.#closing;
	}

	#start(): Worker {
		// The flags of this process are not passed on: some, like --input-type, end a thread that runs a file.
		const thread = new Worker(threadFile, { execArgv: [] });
		// An idle thread must not keep the process alive.
		thread.unref();
		return thread;
	}
}
