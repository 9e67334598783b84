import { constants, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';

/** The few file operations that the log makes: small, so that a test can stand between the log and a failing disk. */
export interface FileSystem {
	/** Names in a directory. */
	list(directory: string): Promise<string[]>;
	read(path: string): Promise<Buffer<ArrayBuffer>>;
	bytes(path: string): Promise<number>;
	/** A new, empty file; fails when the name is taken. */
	create(path: string): Promise<LogFile>;
	remove(path: string): Promise<void>;
	rename(from: string, to: string): Promise<void>;
	/** Makes names created, removed or renamed in a directory survive power loss, those of directories too. */
	syncDirectory(directory: string): Promise<void>;
}

/** One open file, written at its end. */
export interface LogFile {
	/** Writes at `position`; may write less than it was given, and answers how much. */
	write(bytes: Uint8Array, position: number): Promise<number>;
	/** Returns only when everything written is on disk. */
	sync(): Promise<void>;
	truncate(bytes: number): Promise<void>;
	close(): Promise<void>;
}

/** To write, in a new file, where a write returns only when its bytes are on disk. */
const newSyncedFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_DSYNC;

/** The disk. */
export const realFileSystem: FileSystem = {
	list: (directory) => readdir(directory),
	read: (path) => readFile(path),
	bytes: async (path) => (await stat(path)).size,
	async create(path) {
		const handle = await open(path, newSyncedFile, 0o600);
		return {
			write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
			// Nothing is left to do: one call instead of two is one wait for a busy event loop less in every ack.
			sync: async () => {},
			truncate: (bytes) => handle.truncate(bytes),
			close: () => handle.close(),
		};
	},
	remove: (path) => rm(path),
	rename: (from, to) => rename(from, to),
	async syncDirectory(directory) {
		const handle = await open(directory, 'r');
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	},
};
