import { type DirectoryOwnership, ownDirectory } from '../directory-ownership.js';
import { checkPlatform } from '../platform.js';
import { type Account, loadAccounts } from './accounts.js';
import { removeServerAddress, writeServerAddress } from './address-file.js';
import { findEngineLibrary } from './engine-library.js';
import { type EngineProcess, PortTaken, startEngine } from './engine-process.js';
import { findFreePort, portRefusal } from './free-port.js';
import type { ConfinementResult } from './landlock.js';
import { removeLeftFiles, removeStartFiles, writeStartFiles } from './start-files.js';

/** How often a free port may be taken by somebody else before our engine gets there. */
const portAttemptsMax = 5;

export interface EmbeddedServerOptions {
	/** Where everything of the server lives; created if need be, owned by this process until it stops. */
	directory: string;
	/** HTTP port on 127.0.0.1. @default 0, any free one */
	httpPort?: number;
	/** Called when the server ends without having been asked to, after it was ready. */
	onExit?: (why: string) => void;
	/** Aborts the start; whatever had started is stopped before the promise rejects. */
	signal?: AbortSignal;
}

/** A real ClickHouse server, a child of this process. */
export interface EmbeddedServer {
	url: string;
	writer: Account;
	reader: Account;
	pid: number;
	/** Whether the kernel confines it to its own files and blocks its connections. */
	confinement: ConfinementResult;
	/** Ends it within a bounded time. Calling it twice, or after a crash, is fine. */
	stop(): Promise<void>;
}

/**
 * Starts a ClickHouse server out of the chdb library and waits until it answers.
 *
 * @throws StartRefusal when the platform, the directory or the port does not allow it
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
	checkPlatform();
	const library = findEngineLibrary();
	options.signal?.throwIfAborted();
	const ownership = ownDirectory(options.directory, 'ClickHouse data');
	try {
		const { directory } = ownership;
		// Left by a server that was killed; from here on it would lead to a server that is not ready.
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

/** Tidies up when the engine ends, asked or not. Gives the function that ends it. */
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

/** @param wanted 0 for any */
async function startOnPort(
	wanted: number,
	start: (port: number) => Promise<EngineProcess>,
): Promise<{ engine: EngineProcess; port: number }> {
	for (let attempt = 1; ; attempt++) {
		const port = await findFreePort(wanted);
		try {
			return { engine: await start(port), port };
		} catch (error) {
			if (!(error instanceof PortTaken)) throw error;
			if (wanted !== 0 || attempt === portAttemptsMax) throw portRefusal(port);
		}
	}
}
