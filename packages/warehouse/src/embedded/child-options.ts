import type { ConfinementResult } from './landlock.js';
import type { StartFiles } from './start-files.js';

/**
 * Options of the child process that runs the engine; its only argument, as JSON. They contain no passwords, since
 * every user of the machine can read a command line.
 */
export interface ChildOptions extends StartFiles {
	/** Directory with the configuration, the accounts, the lock and `data/`. */
	directory: string;
	httpPort: number;
	/** Path of ClickHouse's shared library. */
	library: string;
	/** Name of the lock file, which the child holds while the engine runs. */
	lock: string;
}

/** The only message from the parent to the child. */
export type ParentMessage = 'stop';

/** Messages from the child to its parent. */
export type ChildMessage = { kind: 'ready'; confinement: ConfinementResult } | { kind: 'failed'; why: string };

/** Options of the engine's thread. */
export interface EngineThreadOptions extends Pick<ChildOptions, 'httpPort' | 'configFile' | 'usersFile' | 'library'> {
	/** Data directory of ClickHouse. */
	dataDirectory: string;
	/** Pipe from which the engine reads its statements after its start. */
	statementsFile: string;
}

/** Messages of the engine's thread to the main thread. */
export type EngineThreadMessage =
	| { kind: 'starting'; confinement: ConfinementResult }
	| { kind: 'ended' }
	| { kind: 'failed'; why: string };
