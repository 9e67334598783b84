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
	/** Requests take turns on this chain. */
	#turn: Promise<unknown> = Promise.resolve();

	/** Rejects when the segment cannot be read by this version, or when the thread died. */
	build(request: BlockRequest): Promise<BuiltBlock> {
		const built = this.#turn.then(() => this.#ask(request));
		this.#turn = built.catch(() => {});
		return built;
	}

	#ask(request: BlockRequest): Promise<BuiltBlock> {
		this.#thread ??= this.#start();
		const thread = this.#thread;
		return new Promise((resolve, reject) => {
			const settle = () => thread.removeAllListeners('message').removeListener('exit', died);
			const died = () => reject(new Error('the thread that builds blocks died'));
			thread.once('exit', died);
			thread.once('message', (answer: Answer) => {
				settle();
				if ('block' in answer) resolve(answer.block);
				else reject(new Error(answer.fault));
			});
			// Bytes that share their memory with others are copied; all else changes hands.
			const { buffer, byteLength } = request.bytes;
			thread.postMessage(request, buffer.byteLength === byteLength ? [buffer] : []);
		});
	}

	async close(): Promise<void> {
		await this.#thread?.terminate();
	}

	#start(): Worker {
		// Not the flags of this process: some, like --input-type, end a thread that runs a file.
		const thread = new Worker(threadFile, { execArgv: [] });
		// An idle thread is no reason for the process to stay.
		thread.unref();
		thread.on('error', () => {});
		thread.once('exit', () => {
			this.#thread = undefined;
		});
		return thread;
	}
}
