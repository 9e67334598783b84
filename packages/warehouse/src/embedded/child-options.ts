/** How the child is to run the engine; its only argument, as JSON. No passwords: everybody can read a command line. */
export interface ChildOptions {
	/** Directory with the configuration, the accounts, the lock and `data/`. */
	directory: string;
	httpPort: number;
	configFile: string;
	/** Path of ClickHouse's shared library. */
	library: string;
	/** Name of the lock file, held as long as the engine runs. */
	lock: string;
}

/** What the parent tells the child: the one thing it can be told. */
export type ParentMessage = 'stop';

/** What the child tells its parent. */
export type ChildMessage = { kind: 'ready' } | { kind: 'failed'; why: string };
