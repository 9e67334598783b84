import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type DirectoryOwnership, DirectoryRefusal, ownDirectory } from '../directory-ownership.js';
import { authorization, loadAccounts } from './accounts.js';
import type { ChildMessage, ChildOptions, EngineThreadMessage, EngineThreadOptions } from './child-options.js';
import { findFreePort } from './free-port.js';
import type { ConfinementResult } from './landlock.js';
import { removeStartFiles } from './start-files.js';
import { makeStatementsPipe, type StatementsPipe } from './statements-pipe.js';

/**
 * A separate process that is a ClickHouse server: one of its threads calls the engine's command-line entry point, which
 * listens on HTTP and then runs one query that never ends.
 */

/** How long a child of a killed parent may take to go away before the next one gives up. */
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

/** Resolves when the message has left, so that the process may end. */
function tellParent(message: ChildMessage): Promise<void> {
	return new Promise((resolve) => {
		if (!process.connected || !process.send) return resolve();
		process.send(message, () => resolve());
	});
}

/** A child whose parent was killed stops by itself, but needs a moment: until then its lock is not a refusal. */
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
	await findFreePort(options.httpPort);
	await reader.write(`SYSTEM START LISTEN HTTP; SELECT sleepEachRow(0.2) FROM system.numbers FORMAT Null
		SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0`);
}

/** Whether our own server did it: another on the same port would not know the password. Undefined: nothing answers. */
async function ask(sql: string): Promise<boolean | undefined> {
	const url = `http://127.0.0.1:${options.httpPort}/`;
	const answer = await fetch(url, { method: 'POST', body: sql, headers }).catch(() => undefined);
	await answer?.arrayBuffer().catch(() => undefined);
	return answer?.ok;
}

async function announceReady(): Promise<void> {
	while (!(await ask('SELECT 1'))) await wait(serverPollMs);
	// The file exists and the kernel lets the engine read it, so only the missing working directory can prevent that.
	const path = join(options.directory, 'data', 'status').replaceAll(/['\\]/g, '\\$&');
	if (await ask(`SELECT file('${path}')`)) throw new Error('its function file() would show every reader its files');
	await tellParent({ kind: 'ready', confinement });
}

/**
 * Ends this process by SIGKILL. That is safe, since the files have everything that the engine acknowledged. The other
 * ways are worse: a plain exit can hang while the engine's threads run, and the engine cannot end by itself without a
 * working directory.
 */
function end(): void {
	ending = true;
	try {
		// A parent that is there removes them itself, since it may start another child with them.
		if (!process.connected) removeStartFiles(options);
		// Without the ownership they are those of another process.
		if (ownership)
			for (const path of [workingDirectory, statementsFile]) rmSync(path, { recursive: true, force: true });
		ownership?.release();
	} catch {
		// The kernel releases it in a moment.
	}
	process.kill(process.pid, 'SIGKILL');
}

// The one message there is means stop.
process.on('message', () => end());
// The parent is gone without a word: killed. A server without an owner would only be in the way of the next one.
process.on('disconnect', () => end());
// Service managers send it to every process at once.
process.on('SIGTERM', () => end());
// Node would end the process with a plain exit.
process.on('uncaughtException', (error) => {
	process.stderr.write(`${error.stack}\n`);
	end();
});
// A parent that was killed while the modules loaded disconnected before there was a listener.
if (!process.connected) end();

try {
	ownership = await waitForOwnership();
	mkdirSync(workingDirectory, { recursive: true, mode: 0o700 });
	process.chdir(workingDirectory);
	const pipe = makeStatementsPipe(statementsFile);
	const ready = letListen(pipe).then(announceReady);
	await Promise.race([runEngine(), ready.then(() => forever)]);
} catch (error) {
	if (!ending) await tellParent({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
}
end();
