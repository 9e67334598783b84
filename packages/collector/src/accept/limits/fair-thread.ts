import { Worker } from 'node:worker_threads';
import { FairQueue } from './fair-queue.js';
import type { MemoryBudget } from './memory-budget.js';
import type { RateLimits, RetryLater } from './rate-limits.js';
import type { SenderAddress } from './sender-address.js';

/**
 * The result of a request to a thread: its answer; or the sender exceeds a limit; or too many bytes wait, or the system
 * cannot start a thread at present; or the thread was closed; or the sender disconnected before the thread had begun.
 */
export type FairAnswer<Answer> =
	| { kind: 'answered'; answer: Answer }
	| { kind: 'limited'; retryLater: RetryLater }
	| { kind: 'busy' }
	| { kind: 'stopping' }
	| { kind: 'gone' };

/** Dependencies of a `FairThread`. */
export interface FairThreadParts {
	/** The main module of the thread. It answers each message with one message, in order. */
	file: URL;
	/** Data that every request depends on; the thread gets other data as a message `{ data }`. @default nothing */
	workerData?: unknown;
	/** Heap limit of the thread, MiB. */
	heapMebibytesMax: number;
	/** Charges the bytes of a request before the thread begins with it. */
	rateLimits: RateLimits;
	/** Limits the bytes of the waiting requests. */
	budget: MemoryBudget;
}

interface Task<Request, Answer> {
	sender: SenderAddress;
	request: Request;
	resolve: (result: FairAnswer<Answer>) => void;
	reject: (error: Error) => void;
}

/**
 * A thread that works on requests one at a time, so that pages get their acks meanwhile. Networks are served in turn.
 * The thread starts with the first request, and again after it died. It has a heap of its own, so that no request can
 * fill that of the collector.
 */
export class FairThread<Request extends { bytes: Uint8Array }, Answer> {
	readonly #parts: FairThreadParts;
	#workerData: unknown;
	readonly #queue: FairQueue<Task<Request, Answer>>;
	#thread: Worker | undefined;
	/** The request on which the thread works. */
	#current: Task<Request, Answer> | undefined;
	#isClosed: boolean = false;

	constructor(parts: FairThreadParts) {
		this.#parts = parts;
		this.#workerData = parts.workerData;
		this.#queue = new FairQueue(parts.budget);
	}

	/**
	 * Hands a request to the thread. The caller may reuse its bytes after the call. Rejects when the thread dies.
	 *
	 * @param client its `onGone` is set, and withdraws the request if the thread has not begun with it @default none
	 */
	ask(request: Request, sender: SenderAddress, client: { onGone?: () => void } = {}): Promise<FairAnswer<Answer>> {
		if (this.#isClosed) return Promise.resolve({ kind: 'stopping' });
		return new Promise((resolve, reject) => {
			const task = { sender, request, resolve, reject };
			const withdraw = this.#queue.add(sender, request.bytes.length, task);
			if (withdraw === undefined) {
				resolve({ kind: 'busy' });
				return;
			}
			// This must be a copy: `slice` of a Buffer is a view of memory that the library takes back.
			task.request = { ...request, bytes: new Uint8Array(request.bytes) };
			client.onGone = () => {
				// A request that the thread has begun is charged like one whose sender waits.
				if (withdraw()) resolve({ kind: 'gone' });
			};
			this.#askNext();
		});
	}

	/** Gives the thread other data, which holds for the requests with which it begins from now on. */
	replaceData(workerData: unknown): void {
		this.#workerData = workerData;
		this.#thread?.postMessage({ data: workerData });
	}

	/** Ends the thread. Waiting and later requests are not answered. */
	async close(): Promise<void> {
		this.#isClosed = true;
		for (let task = this.#queue.next(); task !== undefined; task = this.#queue.next()) {
			task.resolve({ kind: 'stopping' });
		}
		this.#answered((task) => task.resolve({ kind: 'stopping' }));
		await this.#thread?.terminate();
	}

	#askNext(): void {
		if (this.#current !== undefined || this.#isClosed) return;
		for (let task = this.#queue.next(); task !== undefined; task = this.#queue.next()) {
			// Earlier requests may have exhausted the rate of the sender.
			const retryLater = this.#parts.rateLimits.debt(task.sender);
			if (retryLater === undefined) {
				this.#askNow(task);
				return;
			}
			task.resolve({ kind: 'limited', retryLater });
		}
	}

	#askNow(task: Task<Request, Answer>): void {
		const { sender, request } = task;
		this.#current = task;
		this.#parts.rateLimits.charge(sender, request.bytes.length);
		try {
			this.#thread ??= this.#start();
		} catch {
			// The system is short of threads or memory. The next request tries again.
			this.#answered(({ resolve }) => resolve({ kind: 'busy' }));
			return;
		}
		this.#thread.postMessage(request, [request.bytes.buffer as ArrayBuffer]);
	}

	/** Settles the current request, which answers and charges its sender, and then begins with the next one. */
	#answered(settle: (task: Task<Request, Answer>) => void): void {
		const task = this.#current;
		if (task === undefined) return;
		this.#current = undefined;
		settle(task);
		setImmediate(() => this.#askNext());
	}

	#start(): Worker {
		const { file, heapMebibytesMax } = this.#parts;
		// The flags of this process are not passed on: some, like --input-type, end a thread that runs a file.
		const options = { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: heapMebibytesMax } };
		const thread = new Worker(file, { ...options, workerData: this.#workerData });
		// An idle thread must not keep the process alive.
		thread.unref();
		const died = (cause?: unknown) => {
			// Both the `error` and the `exit` event call this; a new thread may have started between them.
			if (this.#thread !== thread) return;
			this.#thread = undefined;
			this.#answered((task) => task.reject(new Error('the thread that works on bodies ended unexpectedly', { cause })));
		};
		thread.on('message', (answer: Answer) => this.#answered((task) => task.resolve({ kind: 'answered', answer })));
		thread.on('error', died).on('exit', () => died());
		return thread;
	}
}
