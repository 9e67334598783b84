import { type DirectoryOwnership, ownDirectory } from '@footfall/host/kernel';
import { checkPlatform } from '../platform.js';
import { type Account, loadAccounts } from './accounts.js';
import { removeServerAddress, writeServerAddress } from './address-file.js';
import { findEngineLibrary } from './engine-library.js';
import { enginePortTaken, freeEnginePort } from './engine-port.js';
import { type EngineProcess, PortTaken, startEngine } from './engine-process.js';
import type { ConfinementResult } from './landlock.js';
import { removeLeftFiles, removeStartFiles, writeStartFiles } from './start-files.js';

/** Attempts to start on a free port. An attempt fails if another program takes the port before the engine listens. */
const portAttemptsMax = 5;

export interface EmbeddedServerOptions {
	/** Directory of the server's files. It is created if missing, and owned by this process until the server stops. */
	directory: string;
	/** HTTP port on 127.0.0.1; 0 for any free one. @default 0 */
	httpPort?: number;
	/** Called with the reason when the server ends unexpectedly after it was ready. */
	onExit?: (why: string) => void;
	/** Aborts the start. The child has ended before the promise rejects. */
	signal?: AbortSignal;
}

/** A ClickHouse server that runs as a child of this process. */
export interface EmbeddedServer {
	url: string;
	writer: Account;
	reader: Account;
	pid: number;
	/** Whether the kernel confines the server to its own files and blocks its connections. */
	confinement: ConfinementResult;
	/** Ends the server, after 8 s by SIGKILL. Has no effect after the server has ended. */
	stop(): Promise<void>;
}

/**
 * Starts a ClickHouse server from the chdb library and waits until it answers.
 *
 * @throws StartRefusal when the platform is not supported, the directory cannot be owned, the port is taken, or the
 *   engine fails to start
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
	checkPlatform();
	const library = findEngineLibrary();
	options.signal?.throwIfAborted();
	const ownership = ownDirectory(options.directory, 'ClickHouse data');
	try {
		const { directory } = ownership;
		// A killed server leaves its address, which would point other commands to a server that is not ready.
		removeServerAddress(directory);
		removeLeftFiles(directory);
		const accounts = loadAccounts(directory);
		const startFiles = writeStartFiles(directory, accounts);
		const { engine, port } = await startOnPort(options.httpPort ?? 0, (httpPort) =>
			startEngine({ directory, httpPort, ...startFiles, library }, options.signal),
		).finally(() => removeStartFiles(startFiles));
		const url = `http://127.0.0.1:${port}`;
		writeServerAddress(directory, { url, pid: engine.pid, ...accounts });
		const { pid, confinement } = engine;
		return { url, ...accounts, pid, confinement, stop: watch(engine, ownership, options.onExit) };
	} catch (error) {
		ownership.release();
		throw error;
	}
}

/** Cleans up when the engine ends for any reason. @returns the function that ends the engine */
function watch(
	engine: EngineProcess,
	ownership: DirectoryOwnership,
	onExit: EmbeddedServerOptions['onExit'],
): () => Promise<void> {
	let stopping = false;
	const ended = engine.exited.then((why) => {
		removeServerAddress(ownership.directory);
		ownership.release();
		if (!stopping) onExit?.(why);
	});
	return async () => {
		stopping = true;
		await engine.stop();
		await ended;
	};
}

/** @param wanted 0 for any free port */
async function startOnPort(
	wanted: number,
	start: (port: number) => Promise<EngineProcess>,
): Promise<{ engine: EngineProcess; port: number }> {
	for (let attempt = 1; ; attempt++) {
		const port = await freeEnginePort(wanted);
		try {
			return { engine: await start(port), port };
		} catch (error) {
			if (!(error instanceof PortTaken)) throw error;
			if (wanted !== 0 || attempt === portAttemptsMax) throw enginePortTaken(port);
		}
	}
}
