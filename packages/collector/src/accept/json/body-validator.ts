import { Worker } from 'node:worker_threads';
import { retryAfterMs } from '../intake/answer.js';
import type { SiteTable } from '../intake/site-table.js';
import { FairQueue } from '../limits/fair-queue.js';
import type { SharedRoom } from '../limits/memory-budget.js';
import type { Admission, Wait } from '../limits/rate-limits.js';
import type { SenderAddress } from '../limits/sender-address.js';
import type { Client } from '../transport/http.js';
import { type JudgeAnswer, unpacked } from './body-transfer.js';
import type { JsonBody, JudgedBody } from './validate-body.js';

/** The path of the built file: Node runs no TypeScript in a thread. The path is correct from `src` and from `dist`. */
const threadFile = new URL('../../../dist/accept/json/validator-thread.js', import.meta.url);

/** Heap limit of the thread. A megabyte of JSON takes about 50 MB as objects. */
const heapMebibytesMax = 512;

/** The result for a body: judged, or deferred; `gone` when its sender left before its turn. */
export type BodyVerdict = JudgedBody | { kind: 'wait'; wait: BodyWait } | { kind: 'gone' };

/** Reason for deferring a body. */
export type BodyWait = Wait | { reason: 'busy' | 'stopping'; retryAfterMs: number };

const stopping: BodyVerdict = {
	kind: 'wait',
	wait: { reason: 'stopping', retryAfterMs: retryAfterMs.stopping },
};

interface Task {
	sender: SenderAddress;
	body: JsonBody;
	resolve: (verdict: BodyVerdict) => void;
	reject: (error: Error) => void;
}

/** Dependencies of a `BodyJudge`. */
export interface BodyJudgeParts {
	sites: SiteTable;
	admission: Admission;
	/** Bounds the bytes of the waiting bodies. */
	room: SharedRoom;
}

/**
 * Judges large bodies on a thread of its own, one at a time, so that meanwhile pages get their acks: reading a megabyte of JSON
 * takes up to a quarter of a second (events with 32 short properties each) and cannot be cut. Networks take turns. The thread
 * starts with the first body, and again after it died; its heap is its own, so that no body can fill that of the collector.
 */
export class BodyJudge {
	readonly #parts: BodyJudgeParts;
	readonly #queue: FairQueue<Task>;
	#thread: Worker | undefined;
	/** The body that the thread is judging. */
	#judging: Task | undefined;
	#isClosed: boolean = false;

	constructor(parts: BodyJudgeParts) {
		this.#parts = parts;
		this.#queue = new FairQueue(parts.room);
	}

	/** Judges a body. The caller may reuse its bytes after the call. Rejects when the thread dies. */
	judge(body: JsonBody, sender: SenderAddress, client: Client): Promise<BodyVerdict> {
		if (this.#isClosed) return Promise.resolve(stopping);
		return new Promise((resolve, reject) => {
			const task = { sender, body, resolve, reject };
			const withdraw = this.#queue.add(sender, body.bytes.length, task);
			if (withdraw === undefined) {
				resolve({ kind: 'wait', wait: { reason: 'busy', retryAfterMs: retryAfterMs.busy } });
				return;
			}
			// This must be a copy: `slice` of a Buffer is a view of memory that the library takes back.
			task.body = { ...body, bytes: new Uint8Array(body.bytes) };
			client.onGone = () => {
				// A body that is being judged already is charged like one whose sender waits.
				if (withdraw()) resolve({ kind: 'gone' });
			};
			this.#judgeNext();
		});
	}

	/** Ends the thread. What waits, and what comes afterwards, is told that the collector stops. */
	async close(): Promise<void> {
		this.#isClosed = true;
		for (let task = this.#queue.next(); task !== undefined; task = this.#queue.next()) {
			task.resolve(stopping);
		}
		this.#answered((task) => task.resolve(stopping));
		await this.#thread?.terminate();
	}

	#judgeNext(): void {
		while (this.#judging === undefined && !this.#isClosed) {
			const task = this.#queue.next();
			if (task === undefined) return;
			// Earlier bodies may have exhausted the rate of the sender.
			const wait = this.#parts.admission.debt(task.sender);
			if (wait === undefined) this.#ask(task);
			else task.resolve({ kind: 'wait', wait });
		}
	}

	#ask(task: Task): void {
		this.#judging = task;
		this.#parts.admission.charge(task.sender, task.body.bytes.length);
		this.#thread ??= this.#start();
		this.#thread.postMessage(task.body, [task.body.bytes.buffer as ArrayBuffer]);
	}

	/** Starts on the next body after the sender of this one has been answered and charged. */
	#answered(settle: (task: Task) => void): void {
		const task = this.#judging;
		if (task === undefined) return;
		this.#judging = undefined;
		settle(task);
		setImmediate(() => this.#judgeNext());
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
			this.#answered((task) => task.reject(new Error('the thread that judges bodies died', { cause })));
		};
		thread.on('message', (answer: JudgeAnswer) => this.#answered((task) => task.resolve(unpacked(answer))));
		thread.on('error', died).on('exit', () => died());
		return thread;
	}
}
