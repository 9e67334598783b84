import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartRefusal } from '@footfall/host';
import { type BirpcReturn, createBirpc } from 'birpc';
import type { Logger } from '../logger.js';
import type { ForkedProcess } from './forked-process.js';
import type { GroupCalls, WorkerCalls, WorkerStart } from './worker-calls.js';

/** Time beyond its own `stopMs` after which a worker that does not end is killed, ms. */
const graceMs = 2_000;

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

	/**
	 * @param forked a process that no other caller has taken
	 * @throws StartRefusal when the worker refuses to start
	 */
	static async start(start: WorkerStart, logger: Logger, { child, ended }: ForkedProcess): Promise<WorkerProcess> {
		const { worker } = start.place;
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
		void ended.then((how) => calls.$close(new Error(`worker ${worker} ended (${how})`)));
		try {
			const answer = await calls.start(start);
			if ('publicUrl' in answer) return new WorkerProcess(child, calls, ended, answer.publicUrl);
			throw new StartRefusal(answer.refusal);
		} catch (error) {
			// The process holds no data yet, and must not outlive its failure.
			child.kill('SIGKILL');
			await ended;
			throw error;
		}
	}

	/** Ends the process within `stopMs` and a grace period, in any state. */
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
