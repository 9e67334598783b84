import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { StartRefusal } from '../start-refusal.js';
import type { ChildMessage, ChildOptions, ParentMessage } from './child-options.js';
import { findFreePort } from './free-port.js';
import type { ConfinementResult } from './landlock.js';

/** How long a start may take: recovery after a kill reads every part of every table. */
const startMsMax = 120_000;
/** Time that the child has to end itself. */
const stopMsMax = 8_000;
/** How much of what the engine writes to stderr is kept for messages. */
const stderrCharactersMax = 4_000;

/** Held by the child itself, since it may outlive a parent that was killed. */
export const engineLock = 'engine.lock';

// Under test the sources run, but a process of its own needs the built file.
const childFile = fileURLToPath(new URL('../../dist/embedded/child.js', import.meta.url));

/** A child process that runs the engine and answers. */
export interface EngineProcess {
	pid: number;
	/** Whether the kernel confines the engine to its own files. */
	confinement: ConfinementResult;
	/** Resolves when it has ended, with what is known of the reason. */
	exited: Promise<string>;
	/** Ends it within a bounded time. */
	stop(): Promise<void>;
}

/** The engine found another listener on its port. */
export class PortTaken extends Error {
	override name = 'PortTaken';
}

/**
 * Starts the engine and waits until it answers. Whatever had started is gone before a rejection.
 *
 * @throws PortTaken; StartRefusal with the engine's own reason; the signal's reason
 */
export async function startEngine(
	options: Omit<ChildOptions, 'lock'>,
	signal: AbortSignal | undefined,
): Promise<EngineProcess> {
	signal?.throwIfAborted();
	const childOptions: ChildOptions = { ...options, lock: engineLock };
	const child = fork(childFile, [JSON.stringify(childOptions)], {
		// A session of its own: Ctrl-C in a terminal must reach the parent alone, which stops things in their order.
		detached: true,
		stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
		execArgv: [],
		env: engineEnvironment(process.env),
	});
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

/** Only the variables that load a library and set the clock: an environment often has passwords of other programs. */
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
		// Without a listener a failed fork or kill would end this process.
		child.on('error', (error) => {
			if (child.pid === undefined) resolve(error.message);
		});
		// Not 'exit', which comes before the last of stderr.
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
	// Which of these loses the race may still reject, later and to nobody.
	message.catch(() => undefined);
	try {
		const first = await Promise.race([message, ended, aborted]);
		if (first.kind === 'ready') return first.confinement;
		throw startRefusal(first.why);
	} finally {
		waiting.abort();
	}
}

/** Whether another process listens on the port. The own child has ended by now. */
async function isTaken(port: number): Promise<boolean> {
	return findFreePort(port).then(
		() => false,
		() => true,
	);
}

function startRefusal(why: string): StartRefusal {
	const line = why.replaceAll(/\s+/g, ' ').slice(0, 500);
	return new StartRefusal(
		`the embedded ClickHouse did not start: ${line}; mend that, or set CLICKHOUSE_URL to another server`,
	);
}

async function stopChild(child: ChildProcess, exited: Promise<string>): Promise<void> {
	const message: ParentMessage = 'stop';
	if (child.connected) child.send(message, () => undefined);
	const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
	await exited;
	clearTimeout(timer);
}
