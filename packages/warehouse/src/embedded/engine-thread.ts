import { parentPort, workerData } from 'node:worker_threads';
import { DataType, load, open } from 'ffi-rs';
import type { EngineThreadMessage, EngineThreadOptions } from './child-options.js';
import { engineConfinement } from './confinement.js';
import { confineThread } from './landlock.js';

/**
 * A thread of the child that gives up its rights and then runs the engine, which blocks it until the engine ends.
 * Threads that the engine starts have no more rights than this one. The main thread keeps its own rights, since it
 * needs files that the engine must not read.
 */

const options: EngineThreadOptions = workerData;

function tellMain(message: EngineThreadMessage): void {
	parentPort?.postMessage(message);
}

function runEngine(): void {
	const words = [
		'clickhouse',
		`--path=${options.dataDirectory}`,
		`--http_port=${options.httpPort}`,
		'--listen_host=127.0.0.1',
		`--config-file=${options.configFile}`,
		`--queries-file=${options.statementsFile}`,
	];
	load({
		library: 'chdb',
		funcName: 'chdb_query_cmdline',
		retType: DataType.External,
		paramsType: [DataType.I32, DataType.StringArray],
		paramsValue: [words.length, words],
	});
}

// A native library does not survive the end of the thread that loaded it, so the thread stays until the process is
// killed.
parentPort?.ref();
parentPort?.on('message', () => undefined);
try {
	open({ library: 'chdb', path: options.library });
	const { dataDirectory, configFile, usersFile, statementsFile, httpPort } = options;
	const startFiles = [configFile, usersFile, statementsFile];
	tellMain({
		kind: 'starting',
		confinement: confineThread(engineConfinement({ dataDirectory, startFiles, httpPort })),
	});
	runEngine();
	tellMain({ kind: 'ended' });
} catch (error) {
	tellMain({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
}
