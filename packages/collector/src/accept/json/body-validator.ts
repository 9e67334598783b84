import { Worker } from 'node:worker_threads';
import { retryAfterMs } from '../intake/answer.js';
import type { SiteTable } from '../intake/site-table.js';
import { FairQueue } from '../limits/fair-queue.js';
import type { MemoryBudget } from '../limits/memory-budget.js';
import type { RateLimits, RetryLater } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';
import type { Client } from '../transport/http.js';
import { unpacked, type ValidationAnswer } from './body-transfer.js';
import type { JsonBody, ValidatedBody } from './validate-body.js';

/** The path of the built file: Node runs no TypeScript in a thread. The path is correct from `src` and from `dist`. */
const threadFile = new URL('../../../dist/accept/json/validator-thread.js', import.meta.url);

/** Heap limit of the thread. A megabyte of JSON takes about 50 MB as objects. */
const heapMebibytesMax = 512;

/**
 * The result for a body: validated; or `retry-later`; or `gone` if its sender disconnected before its body was
 * validated.
 */
export type BodyResult = ValidatedBody | { kind: 'retry-later'; retryLater: BodyRetryLater } | { kind: 'gone' };

/** Reason and wait of a `retry-later` for a body. */
export type BodyRetryLater = RetryLater | { reason: 'busy' | 'stopping'; retryAfterMs: number };

const stopping: BodyResult = {
	kind: 'retry-later',
	retryLater: { reason: 'stopping', retryAfterMs: retryAfterMs.stopping },
};

interface Task {
	sender: SenderAddress;
	body: JsonBody;
	resolve: (result: BodyResult) => void;
	reject: (error: Error) => void;
}

/** Dependencies of a `BodyValidator`. */
export interface BodyValidatorParts {
	sites: SiteTable;
	rateLimits: RateLimits;
	/** Limits the bytes of the waiting bodies. */
	budget: MemoryBudget;
}

/**
 * Validates large bodies on a separate thread, one at a time, so that pages get their acks meanwhile: parsing a
 * megabyte of JSON takes up to a quarter of a second (events with 32 short properties each) and cannot be interrupted.
 * Networks are served in turn. The thread starts with the first body, and again after it died. It has a heap of its
 * own, so that no body can fill that of the collector.
 */
export class BodyValidator {
	readonly #parts: BodyValidatorParts;
	readonly #queue: FairQueue<Task>;
	#thread: Worker | undefined;
	/** The body that the thread is validating. */
	#validating: Task | undefined;
	#isClosed: boolean = false;

	constructor(parts: BodyValidatorParts) {
		this.#parts = parts;
		this.#queue = new FairQueue(parts.budget);
	}

	/** Validates a body. The caller may reuse its bytes after the call. Rejects when the thread dies. */
	validate(body: JsonBody, sender: SenderAddress, client: Client): Promise<BodyResult> {
		if (this.#isClosed) return Promise.resolve(stopping);
		return new Promise((resolve, reject) => {
			const task = { sender, body, resolve, reject };
			const withdraw = this.#queue.add(sender, body.bytes.length, task);
			if (withdraw === undefined) {
				resolve({ kind: 'retry-later', retryLater: { reason: 'busy', retryAfterMs: retryAfterMs.busy } });
				return;
			}
			// This must be a copy: `slice` of a Buffer is a view of memory that the library takes back.
			task.body = { ...body, bytes: new Uint8Array(body.bytes) };
			client.onGone = () => {
				// A body that is being validated already is charged like one whose sender waits.
				if (withdraw()) resolve({ kind: 'gone' });
			};
			this.#validateNext();
		});
	}

	/** Ends the thread. Waiting and later bodies get `retry-later` with the reason `stopping`. */
	async close(): Promise<void> {
		this.#isClosed = true;
		for (let task = this.#queue.next(); task !== undefined; task = this.#queue.next()) {
			task.resolve(stopping);
		}
		this.#answered((task) => task.resolve(stopping));
		await this.#thread?.terminate();
	}

	#validateNext(): void {
		while (this.#validating === undefined && !this.#isClosed) {
			const task = this.#queue.next();
			if (task === undefined) return;
			// Earlier bodies may have exhausted the rate of the sender.
			const retryLater = this.#parts.rateLimits.debt(task.sender);
			if (retryLater === undefined) this.#ask(task);
			else task.resolve({ kind: 'retry-later', retryLater });
		}
	}

	#ask(task: Task): void {
		this.#validating = task;
		this.#parts.rateLimits.charge(task.sender, task.body.bytes.length);
		this.#thread ??= this.#start();
		this.#thread.postMessage(task.body, [task.body.bytes.buffer as ArrayBuffer]);
	}

	/** Settles the current body, which answers and charges its sender, and then starts on the next one. */
	#answered(settle: (task: Task) => void): void {
		const task = this.#validating;
		if (task === undefined) return;
		this.#validating = undefined;
		settle(task);
		setImmediate(() => this.#validateNext());
	}

	#start(): Worker {
		// The flags of this process are not passed on: some, like --input-type, end a thread that runs a file.
		const options = { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: heapMebibytesMax } };
		const thread = new Worker(threadFile, { ...options, workerData: this.#parts.sites });
		// An idle thread must not keep the process alive.
		thread.unref();
		const died = (cause?: unknown) => {
			// Both the `error` and the `exit` event call this; a new thread may have started between them.
			if (this.#thread !== thread) return;
			this.#thread = undefined;
			this.#answered((task) =>
				task.reject(new Error('the thread that validates JSON bodies ended unexpectedly', { cause })),
			);
		};
		thread.on('message', (answer: ValidationAnswer) => this.#answered((task) => task.resolve(unpacked(answer))));
		thread.on('error', died).on('exit', () => died());
		return thread;
	}
}
