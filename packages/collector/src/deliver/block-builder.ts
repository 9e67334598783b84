import { Worker } from 'node:worker_threads';
import type { BlockRequest, BuiltBlock } from './block-request.js';

/** Always the built file: Node runs no TypeScript in a thread, and this address is right from `src` as from `dist`. */
const threadFile = new URL('../../dist/deliver/block-thread.js', import.meta.url);

type Answer = { block: BuiltBlock } | { fault: string };

/**
 * Builds blocks on a thread of its own, one after another, so that meanwhile pages get their acks. The thread starts with
 * the first request, and again after it died.
 */
export class BlockBuilder {
	#thread: Worker | undefined;
	#closing: Promise<unknown> | undefined;
	/** Requests take turns on this chain. */
	#turn: Promise<unknown> = Promise.resolve();

	/** Rejects when the segment cannot be read by this version, or when the thread died. */
	build(request: BlockRequest): Promise<BuiltBlock> {
		const built = this.#turn.then(() => this.#ask(request));
		this.#turn = built.catch(() => {});
		return built;
	}

	async #ask(request: BlockRequest): Promise<BuiltBlock> {
		if (this.#closing !== undefined) throw new Error('no more blocks are built');
		this.#thread ??= this.#start();
		const thread = this.#thread;
		const answered = new Promise<Answer>((resolve, reject) => {
			const died = (cause?: unknown) => reject(new Error('the thread that builds blocks died', { cause }));
			thread
				.removeAllListeners()
				.once('message', resolve)
				.once('error', died)
				.once('exit', () => died());
		});
		// Bytes that share their memory with others are copied; all else changes hands.
		const { buffer, byteLength } = request.bytes;
		thread.postMessage(request, buffer.byteLength === byteLength ? [buffer] : []);
		const answer = await answered.catch((error: unknown) => {
			this.#thread = undefined;
			throw error;
		});
		if ('fault' in answer) throw new Error(answer.fault);
		return answer.block;
	}

	/** Ends the thread; a request under way is refused, and so is every later one. */
	async close(): Promise<void> {
		this.#closing ??= this.#thread?.terminate() ?? Promise.resolve();
		await this.#closing;
	}

	#start(): Worker {
		// Not the flags of this process: some, like --input-type, end a thread that runs a file.
		const thread = new Worker(threadFile, { execArgv: [] });
		// An idle thread is no reason for the process to stay.
		thread.unref();
		return thread;
	}
}
