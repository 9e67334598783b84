import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { StartRefusal } from '@footfall/host';
import type { ChildMessage, ChildOptions, ParentMessage } from './child-options.js';
import { freeEnginePort } from './engine-port.js';
import { lowerEnginePriority } from './engine-priority.js';
import type { ConfinementResult } from './landlock.js';

/** Start timeout, ms. It is long, since recovery after a kill reads every part of every table. */
const startMsMax = 120_000;
/** Time that the child has to end by itself before it is killed, ms. */
const stopMsMax = 8_000;
/** Maximum length of the end of the engine's stderr that is kept for messages. */
const stderrCharactersMax = 4_000;

/** Name of the lock file that the child holds itself, since it may outlive a killed parent. */
export const engineLock = 'engine.lock';

// Tests run the sources, but a separate process needs the built file.
const childFile = fileURLToPath(new URL('../../dist/embedded/child.js', import.meta.url));

/** A child process whose engine answers. */
export interface EngineProcess {
	pid: number;
	/** Whether the kernel confines the engine to its own files. */
	confinement: ConfinementResult;
	/** Resolves when the process has ended, with the known reason. */
	exited: Promise<string>;
	/** Ends the process, after 8 s by SIGKILL. */
	stop(): Promise<void>;
}

/** Another program listens on the port of the engine. */
export class PortTaken extends Error {
	override name = 'PortTaken';
}

/**
 * Starts the engine and waits until it answers. After a failure, the child has ended before the promise rejects.
 *
 * @throws PortTaken when another program listens on the port
 * @throws StartRefusal with the engine's reason
 * @throws the reason of `signal` when it was aborted
 */
export async function startEngine(
	options: Omit<ChildOptions, 'lock'>,
	signal: AbortSignal | undefined,
): Promise<EngineProcess> {
	signal?.throwIfAborted();
	const childOptions: ChildOptions = { ...options, lock: engineLock };
	const child = fork(childFile, [JSON.stringify(childOptions)], {
		// In a separate session, Ctrl-C in a terminal reaches only the parent, which stops its children in order.
		detached: true,
		stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
		execArgv: [],
		env: engineEnvironment(process.env),
	});
	if (child.pid !== undefined) lowerEnginePriority(child.pid);
	const exited = describeExit(child);
	const stop = () => stopChild(child, exited);
	try {
		const confinement = await untilReady(child, exited, signal);
		return { pid: child.pid as number, confinement, exited, stop };
	} catch (error) {
		await stop();
		// If the engine detected the fault itself, it has ended without a message.
		if (error instanceof StartRefusal && (await isTaken(options.httpPort))) throw new PortTaken();
		throw error;
	}
}

/**
 * Passes only the variables that are needed to load a library and to know the time zone: an environment often contains
 * passwords of other programs.
 */
function engineEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const names = ['DYLD_LIBRARY_PATH', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'TMPDIR', 'TZ'];
	return Object.fromEntries(names.map((name) => [name, environment[name]]).filter(([, value]) => value !== undefined));
}

function describeExit(child: ChildProcess): Promise<string> {
	let stderr = '';
	child.stderr?.on('data', (chunk) => {
		stderr = (stderr + chunk).slice(-stderrCharactersMax);
	});
	return new Promise((resolve) => {
		// Without a listener, a failed fork or kill would end this process.
		child.on('error', (error) => {
			if (child.pid === undefined) resolve(error.message);
		});
		// The event 'exit' is too early: stderr may still have data then.
		child.once('close', (code, killedBy) => resolve(`${killedBy ?? `exit code ${code}`} ${stderr}`.trim()));
	});
}

async function untilReady(
	child: ChildProcess,
	exited: Promise<string>,
	signal: AbortSignal | undefined,
): Promise<ConfinementResult> {
	const waiting = new AbortController();
	const aborted = new Promise<never>((_, reject) => {
		signal?.addEventListener('abort', () => reject(signal.reason), { signal: waiting.signal });
		AbortSignal.timeout(startMsMax).addEventListener(
			'abort',
			() => reject(startRefusal(`it was not ready after ${startMsMax / 1000} s`)),
			{ signal: waiting.signal },
		);
	});
	const message = once(child, 'message', { signal: waiting.signal }).then(([received]) => received as ChildMessage);
	const ended = exited.then((why): ChildMessage => ({ kind: 'failed', why }));
	// A promise that loses the race may still reject later, without a handler.
	message.catch(() => undefined);
	try {
		const first = await Promise.race([message, ended, aborted]);
		if (first.kind === 'ready') return first.confinement;
		throw startRefusal(first.why);
	} finally {
		waiting.abort();
	}
}

/** Whether another process listens on the port. The child has ended by now. */
async function isTaken(port: number): Promise<boolean> {
	return freeEnginePort(port).then(
		() => false,
		() => true,
	);
}

function startRefusal(why: string): StartRefusal {
	const line = why.replaceAll(/\s+/g, ' ').slice(0, 500);
	return new StartRefusal(
		`the embedded ClickHouse did not start: ${line}; correct the cause, or set CLICKHOUSE_URL to another server`,
	);
}

async function stopChild(child: ChildProcess, exited: Promise<string>): Promise<void> {
	const message: ParentMessage = 'stop';
	if (child.connected) child.send(message, () => undefined);
	const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
	await exited;
	clearTimeout(timer);
}
