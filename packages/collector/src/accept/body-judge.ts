import { Worker } from 'node:worker_threads';
import type { Admission, Wait } from './admission.js';
import { retryAfterMs } from './answer.js';
import { FairQueue } from './fair-queue.js';
import type { Client } from './http.js';
import type { JsonBody, JudgedBody } from './judge-body.js';
import { type JudgeAnswer, unpacked } from './judge-request.js';
import type { SenderAddress } from './sender-address.js';
import type { SharedRoom } from './shared-room.js';
import type { SiteTable } from './site-table.js';

/** Always the built file: Node runs no TypeScript in a thread, and this address is right from `src` as from `dist`. */
const threadFile = new URL('../../dist/accept/judge-thread.js', import.meta.url);

/** Heap of the thread. A megabyte of JSON takes some fifty as objects. */
const heapMebibytesMax = 512;

/** What became of a body: judged, or put off; `gone` when its sender did not wait for it. */
export type BodyVerdict = JudgedBody | { kind: 'wait'; wait: BodyWait } | { kind: 'gone' };

/** Why a body has to come again. */
export type BodyWait = Wait | { reason: 'busy' | 'stopping'; retryAfterMs: number };

interface Task {
	sender: SenderAddress;
	body: JsonBody;
	resolve: (verdict: BodyVerdict) => void;
	reject: (error: Error) => void;
}

/** What it works with. */
export interface BodyJudgeParts {
	sites: SiteTable;
	admission: Admission;
	/** Bounds the bytes of the bodies that wait. */
	room: SharedRoom;
}

/**
 * Judges large bodies on a thread of its own, one at a time, so that meanwhile pages get their acks: reading a megabyte of JSON
 * takes up to a tenth of a second and cannot be cut. Networks take turns. The thread starts with the first body, and again after
 * it died; its heap is its own, so that no body can fill that of the collector.
 */
export class BodyJudge {
	readonly #parts: BodyJudgeParts;
	readonly #queue: FairQueue<Task>;
	#thread: Worker | undefined;
	/** The body that the thread has. */
	#judging: Task | undefined;
	#isClosed = false;

	constructor(parts: BodyJudgeParts) {
		this.#parts = parts;
		this.#queue = new FairQueue(parts.room);
	}

	/** Judges a body. Its bytes need not outlive the call. Rejects when the thread died. */
	judge(body: JsonBody, sender: SenderAddress, client: Client): Promise<BodyVerdict> {
		return new Promise((resolve, reject) => {
			const task = { sender, body, resolve, reject };
			const withdraw = this.#queue.add(sender, body.bytes.length, task);
			if (withdraw === undefined) {
				resolve({ kind: 'wait', wait: { reason: 'busy', retryAfterMs: retryAfterMs.busy } });
				return;
			}
			// A copy: `slice` of a buffer is a view of memory that the library takes back.
			task.body = { ...body, bytes: new Uint8Array(body.bytes) };
			client.onGone = () => {
				withdraw();
				resolve({ kind: 'gone' });
			};
			this.#judgeNext();
		});
	}

	/** Ends the thread. What waits is told that the collector stops. */
	async close(): Promise<void> {
		this.#isClosed = true;
		const wait = { reason: 'stopping', retryAfterMs: retryAfterMs.stopping } as const;
		for (let task = this.#queue.next(); task !== undefined; task = this.#queue.next()) {
			task.resolve({ kind: 'wait', wait });
		}
		this.#answered((task) => task.resolve({ kind: 'wait', wait }));
		await this.#thread?.terminate();
	}

	#judgeNext(): void {
		while (this.#judging === undefined && !this.#isClosed) {
			const task = this.#queue.next();
			if (task === undefined) return;
			// What came before it may have taken more than the sender has.
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

	/** Goes on with the next body once the sender of this one has been told, and charged. */
	#answered(settle: (task: Task) => void): void {
		const task = this.#judging;
		if (task === undefined) return;
		this.#judging = undefined;
		settle(task);
		setImmediate(() => this.#judgeNext());
	}

	#start(): Worker {
		// Not the flags of this process: some, like --input-type, end a thread that runs a file.
		const options = { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: heapMebibytesMax } };
		const thread = new Worker(threadFile, { ...options, workerData: this.#parts.sites });
		// An idle thread is no reason for the process to stay.
		thread.unref();
		const died = (cause?: unknown) => {
			// Told of its error, and then of its end: by then another thread may be at work.
			if (this.#thread !== thread) return;
			this.#thread = undefined;
			this.#answered((task) => task.reject(new Error('the thread that judges bodies died', { cause })));
		};
		thread.on('message', (answer: JudgeAnswer) => this.#answered((task) => task.resolve(unpacked(answer))));
		thread.on('error', died).on('exit', () => died());
		return thread;
	}
}
