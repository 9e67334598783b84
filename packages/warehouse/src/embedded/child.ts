import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type DirectoryOwnership, DirectoryRefusal, ownDirectory } from '@footfall/host/kernel';
import { authorization, loadAccounts } from './accounts.js';
import { askEngine } from './ask-engine.js';
import type { ChildMessage, ChildOptions, EngineThreadMessage, EngineThreadOptions } from './child-options.js';
import { freeEnginePort } from './engine-port.js';
import type { ConfinementResult } from './landlock.js';
import { removeStartFiles } from './start-files.js';
import { makeStatementsPipe, type StatementsPipe } from './statements-pipe.js';

/**
 * The process of the ClickHouse server. One of its threads calls the engine's command-line entry point, which
 * listens on HTTP and then runs one query that never ends.
 */

/** Time that the child of a killed parent has to end before the next child gives up, ms. */
const lockWaitMsMax = 15_000;
const lockPollMs = 100;
const serverPollMs = 20;
const forever = new Promise<never>(() => undefined);

const options: ChildOptions = JSON.parse(process.argv[2] ?? '');
/** Working directory of the engine. The engine does not start without one; it is removed before the engine listens. */
const workingDirectory = join(options.directory, 'working-directory');
const statementsFile = join(options.directory, 'statements.pipe');
const headers = { Authorization: authorization(loadAccounts(options.directory).writer) };
let ownership: DirectoryOwnership | undefined;
let confinement: ConfinementResult = { kind: 'unavailable', why: 'the engine has not started' };
let ending = false;

/** Sends a message to the parent. Resolves when it has been sent, so that the process may end. */
function sendToParent(message: ChildMessage): Promise<void> {
	return new Promise((resolve) => {
		if (!process.connected || !process.send) return resolve();
		process.send(message, () => resolve());
	});
}

/** Takes the lock. The child of a killed parent ends by itself, so this waits for its lock for a while. */
async function waitForOwnership(): Promise<DirectoryOwnership> {
	const deadline = Date.now() + lockWaitMsMax;
	for (;;) {
		try {
			return ownDirectory(options.directory, 'ClickHouse data', '--data', options.lock);
		} catch (error) {
			if (!(error instanceof DirectoryRefusal) || Date.now() > deadline) throw error;
			await wait(lockPollMs);
		}
	}
}

/**
 * Runs the engine in a separate thread, which the engine blocks. The main thread must stay free to watch it and the
 * parent.
 */
function runEngine(): Promise<void> {
	const { httpPort, configFile, usersFile, library } = options;
	const dataDirectory = join(options.directory, 'data');
	mkdirSync(dataDirectory, { recursive: true });
	const workerData: EngineThreadOptions = { httpPort, configFile, usersFile, library, dataDirectory, statementsFile };
	// The engine does not run on a thread of Node's pool: such a thread may have started before the confinement, with
	// all rights.
	const thread = new Worker(new URL('./engine-thread.js', import.meta.url), { workerData, trackUnmanagedFds: false });
	return new Promise((resolve, reject) => {
		thread.on('error', reject);
		thread.on('message', (message: EngineThreadMessage) => {
			if (message.kind === 'starting') confinement = message.confinement;
			else if (message.kind === 'failed') reject(new Error(message.why));
			else resolve();
		});
	});
}

/**
 * Makes the engine listen and run one query that never ends. The working directory is removed first: the function
 * `file` resolves it before it reads anything, for every account, and no grant or setting forbids that function.
 */
async function letListen(pipe: StatementsPipe): Promise<void> {
	const reader = await pipe.waitForReader();
	rmSync(workingDirectory, { recursive: true });
	// From here on the engine cannot exit in order, so this process checks the port before the engine does.
	await freeEnginePort(options.httpPort);
	await reader.write(`SYSTEM START LISTEN HTTP; SELECT sleepEachRow(0.2) FROM system.numbers FORMAT Null
		SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0`);
}

/** Whether this process's own server executes a statement; another program on the port would not know the password. */
const ask = (sql: string) => askEngine(options.httpPort, headers, sql);

async function announceReady(): Promise<void> {
	while (!(await ask('SELECT 1'))) await wait(serverPollMs);
	// The file exists and the kernel lets the engine read it, so only the missing working directory can prevent that.
	const path = join(options.directory, 'data', 'status').replaceAll(/['\\]/g, '\\$&');
	if (await ask(`SELECT file('${path}')`)) throw new Error('its function file() would let every reader read its files');
	await sendToParent({ kind: 'ready', confinement });
}

/**
 * Ends this process by SIGKILL. That is safe, since the files have everything that the engine acknowledged. The other
 * ways are worse: a plain exit can hang while the engine's threads run, and the engine cannot end by itself without a
 * working directory.
 */
function end(): void {
	ending = true;
	try {
		// A connected parent removes the files itself, since it may start another child with them.
		if (!process.connected) removeStartFiles(options);
		// Without the ownership, the paths belong to another process.
		if (ownership)
			for (const path of [workingDirectory, statementsFile]) rmSync(path, { recursive: true, force: true });
		ownership?.release();
	} catch {
		// The kernel releases the lock when the process ends.
	}
	process.kill(process.pid, 'SIGKILL');
}

// The only message asks for a stop.
process.on('message', () => end());
// The parent was killed. A server without a parent would only prevent the start of the next one.
process.on('disconnect', () => end());
// Service managers send SIGTERM to every process of a service at the same time.
process.on('SIGTERM', () => end());
// The end of a terminal may reach every process of the terminal; only the parent reacts to it, which may ignore it.
process.on('SIGHUP', () => {});
// Without a listener, Node would end the process with a plain exit.
process.on('uncaughtException', (error) => {
	process.stderr.write(`${error.stack}\n`);
	end();
});
// If the parent was killed while the modules loaded, the channel closed before there was a listener.
if (!process.connected) end();

try {
	ownership = await waitForOwnership();
	mkdirSync(workingDirectory, { recursive: true, mode: 0o700 });
	process.chdir(workingDirectory);
	const pipe = makeStatementsPipe(statementsFile);
	const ready = letListen(pipe).then(announceReady);
	await Promise.race([runEngine(), ready.then(() => forever)]);
} catch (error) {
	if (!ending) await sendToParent({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
}
end();
