import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartRefusal } from '@footfall/warehouse';
import { type BirpcReturn, createBirpc } from 'birpc';
import type { Logger } from '../logger.js';
import type { GroupCalls, WorkerCalls, WorkerStart } from './worker-calls.js';

/** Always the built file: Node runs no TypeScript in a process of its own, and this address is right from `src` as from `dist`. */
const workerFile = new URL('../../dist/workers/worker-main.js', import.meta.url);

/** Milliseconds beyond its own `stopMs` after which a worker that does not end is killed. */
const graceMs = 2_000;

interface ProcessBounds {
	/** Bytes of JavaScript heap, above which V8 ends the process. */
	heapBytesMax: number;
	logger: Logger;
}

/** One run of a worker's process, from its start to its end. */
export class WorkerProcess {
	readonly publicUrl: string;
	readonly calls: BirpcReturn<WorkerCalls, GroupCalls>;
	/** Resolves with the exit code or the signal's name. */
	readonly ended: Promise<number | string>;
	readonly #child: ChildProcess;

	private constructor(
		child: ChildProcess,
		calls: BirpcReturn<WorkerCalls, GroupCalls>,
		ended: Promise<number | string>,
		publicUrl: string,
	) {
		this.#child = child;
		this.calls = calls;
		this.ended = ended;
		this.publicUrl = publicUrl;
	}

	/** @throws StartRefusal */
	static async start(start: WorkerStart, { heapBytesMax, logger }: ProcessBounds): Promise<WorkerProcess> {
		const { worker } = start.place;
		const child = fork(workerFile, [], {
			execArgv: [`--max-old-space-size=${Math.ceil(heapBytesMax / 1_048_576)}`],
			serialization: 'advanced',
			// A session of its own: Ctrl-C in a terminal must reach the group alone, which stops things in their order.
			detached: true,
		});
		const log: GroupCalls['log'] = (level, fields, message) => logger[level]({ ...fields, worker }, message);
		const calls = createBirpc<WorkerCalls, GroupCalls>(
			{ log },
			{
				post: (message) =>
					new Promise<void>((resolve, reject) => child.send(message, (error) => (error ? reject(error) : resolve()))),
				on: (listener) => child.on('message', listener),
				timeout: -1,
			},
		);
		const ended = endOf(child);
		void ended.then((how) => calls.$close(new Error(`worker ${worker} ended (${how})`)));
		try {
			const answer = await calls.start(start);
			if ('publicUrl' in answer) return new WorkerProcess(child, calls, ended, answer.publicUrl);
			throw new StartRefusal(answer.refusal);
		} catch (error) {
			// It holds nothing yet, and must not outlive its failure.
			child.kill('SIGKILL');
			await ended;
			throw error;
		}
	}

	/** Ends in `stopMs` and a little more, whatever the process does. */
	async stop(stopMs: number): Promise<void> {
		const timer = new AbortController();
		const kill = sleep(stopMs + graceMs, undefined, { signal: timer.signal }).then(
			() => this.#child.kill('SIGKILL'),
			() => {},
		);
		await this.calls.stop().catch(() => {});
		await this.ended;
		timer.abort();
		await kill;
	}
}

/** Resolves with the exit code, the signal's name, or why it could not be started. */
function endOf(child: ChildProcess): Promise<number | string> {
	return new Promise((resolve) => {
		child.once('exit', (code, signal) => resolve(code ?? signal ?? ''));
		// Without a listener a process that cannot be started or killed would end this one.
		child.on('error', (error) => {
			if (child.pid === undefined) resolve(error.message);
		});
	});
}
