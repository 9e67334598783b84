import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DataType, load, open } from 'ffi-rs';
import { type DirectoryOwnership, DirectoryRefusal, ownDirectory } from '../directory-ownership.js';
import { authorization, loadAccounts } from './accounts.js';
import type { ChildMessage, ChildOptions } from './child-options.js';

/**
 * A process of its own that is a ClickHouse server: it calls the engine's command-line entry point, which listens on HTTP
 * and then runs one query that never ends. Killing that query ends the engine.
 */

/** How long a child of a killed parent may take to go away before the next one gives up. */
const lockWaitMsMax = 15_000;
const lockPollMs = 100;
const serverPollMs = 20;
/** How long the engine may take to end before it is killed. */
const stopWaitMsMax = 5_000;

const options: ChildOptions = JSON.parse(process.argv[2] ?? '');
const keepAliveId = randomUUID();
// Read once: at the stop of an orphan the directory may be gone.
const headers = { Authorization: authorization(loadAccounts(options.directory).writer) };
let ownership: DirectoryOwnership | undefined;
let engineRuns = false;
let stopping = false;

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

function runEngine(): Promise<unknown> {
	open({ library: 'chdb', path: options.library });
	const keepListening = `SYSTEM START LISTEN HTTP; SELECT sleepEachRow(0.2) FROM system.numbers FORMAT Null
		SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0, log_comment = '${keepAliveId}'`;
	const words = [
		'clickhouse',
		`--path=${join(options.directory, 'data')}`,
		`--http_port=${options.httpPort}`,
		'--listen_host=127.0.0.1',
		`--config-file=${options.configFile}`,
		'--query',
		keepListening,
	];
	return load({
		library: 'chdb',
		funcName: 'chdb_query_cmdline',
		retType: DataType.External,
		paramsType: [DataType.I32, DataType.StringArray],
		paramsValue: [words.length, words],
		// The engine blocks its thread until it ends; ours must stay free to watch it and the parent.
		runInNewThread: true,
	});
}

/** Whether our own server did it: another on the same port would not know the password. Undefined: nothing answers. */
async function ask(sql: string): Promise<boolean | undefined> {
	const url = `http://127.0.0.1:${options.httpPort}/`;
	const answer = await fetch(url, { method: 'POST', body: sql, headers }).catch(() => undefined);
	await answer?.arrayBuffer().catch(() => undefined);
	return answer?.ok;
}

async function announceReady(): Promise<void> {
	while (!stopping) {
		if (await ask('SELECT 1')) return tellParent({ kind: 'ready' });
		await wait(serverPollMs);
	}
}

async function stop(): Promise<void> {
	if (stopping) return;
	stopping = true;
	if (!engineRuns) return end();
	setTimeout(end, stopWaitMsMax);
	// Asked again until nothing answers: at first there may be no listener yet, or a listener and not yet a query.
	for (let answered = false; ; ) {
		const done = await ask(`KILL QUERY WHERE Settings['log_comment'] = '${keepAliveId}' ASYNC`);
		if (done) answered = true;
		else if (answered && done === undefined) return end();
		await wait(serverPollMs);
	}
}

/**
 * Ends this process. A plain exit can hang while the engine's threads are there; SIGKILL is safe, since what the engine
 * acknowledged is in its files.
 */
function end(): void {
	try {
		ownership?.release();
	} catch {
		// The kernel releases it in a moment.
	}
	process.kill(process.pid, 'SIGKILL');
}

// The one message there is means stop.
process.on('message', () => void stop());
// The parent is gone without a word: killed. A server without an owner would only be in the way of the next one.
process.on('disconnect', () => void stop());
// Service managers send it to every process at once.
process.on('SIGTERM', () => void stop());
// Node would end the process with a plain exit.
process.on('uncaughtException', (error) => {
	process.stderr.write(`${error.stack}\n`);
	end();
});

try {
	ownership = await waitForOwnership();
	engineRuns = true;
	const engine = runEngine();
	void announceReady();
	await engine;
} catch (error) {
	await tellParent({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
}
end();
