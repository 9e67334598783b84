import { constants, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';

/** The file operations that the WAL needs. A test can replace them to simulate a failing disk. */
export interface FileSystem {
	/** Returns the names in a directory. */
	list(directory: string): Promise<string[]>;
	read(path: string): Promise<Buffer<ArrayBuffer>>;
	/** Returns the size of a file, bytes. */
	bytes(path: string): Promise<number>;
	/** Creates an empty file; fails if the name exists. */
	create(path: string): Promise<WalFile>;
	remove(path: string): Promise<void>;
	rename(from: string, to: string): Promise<void>;
	/** Makes the names of files and directories that were created, removed or renamed in a directory durable. */
	fsyncDirectory(directory: string): Promise<void>;
}

/** An open file that is written at its end. */
export interface WalFile {
	/** Writes at `position`. @returns the number of bytes written, which may be less than given */
	write(bytes: Uint8Array, position: number): Promise<number>;
	/** Resolves when everything written is durable. */
	fsync(): Promise<void>;
	truncate(bytes: number): Promise<void>;
	close(): Promise<void>;
}

/** Flags for writing a new file so that a write returns only when its bytes are durable. */
const dsyncFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_DSYNC;

/** The disk. */
export const realFileSystem: FileSystem = {
	list: (directory) => readdir(directory),
	read: (path) => readFile(path),
	bytes: async (path) => (await stat(path)).size,
	async create(path) {
		const handle = await open(path, dsyncFlags, 0o600);
		return {
			write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
			// O_DSYNC has made the write durable already. One system call instead of two saves each ack one wait for a
			// busy event loop.
			fsync: async () => {},
			truncate: (bytes) => handle.truncate(bytes),
			close: () => handle.close(),
		};
	},
	remove: (path) => rm(path),
	rename: (from, to) => rename(from, to),
	async fsyncDirectory(directory) {
		const handle = await open(directory, 'r');
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	},
};
