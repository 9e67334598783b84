import { type FileSystem, realFileSystem } from '../../wal/file-system.js';

/** What goes wrong on the disk. Each is asked before the operation; an error is thrown instead of it. */
export interface Faults {
	/** An error, or how many of the bytes the write takes. */
	write?: (bytes: number) => Error | number | undefined;
	/** What was written stays unsynced. May take its time. */
	sync?: () => Error | undefined | Promise<undefined>;
	create?: () => Error | undefined;
	read?: () => Error | undefined;
	list?: () => Error | undefined;
	remove?: () => Error | undefined;
	rename?: () => Error | undefined;
	truncate?: () => Error | undefined;
	syncDirectory?: (directory: string) => Error | undefined;
	/** Size of a file. */
	bytes?: () => Error | undefined;
	/** Called after every sync that worked. */
	onSync?: () => void;
}

/** A disk error as Node reports it. */
export function diskError(code: string): Error {
	return Object.assign(new Error(`${code}: the disk says no`), { code });
}

/** Everything that changes something fails, as on a file system that the kernel has remounted read-only. */
export function remountReadOnly(faults: Faults): void {
	const refuse = () => diskError('EROFS');
	for (const operation of changes) faults[operation] = refuse;
}

/** And as before. */
export function remountWritable(faults: Faults): void {
	for (const operation of changes) delete faults[operation];
}

const changes = ['write', 'sync', 'create', 'remove', 'rename', 'truncate', 'syncDirectory'] as const;

/** The real disk with faults that the caller may change at any time. */
export function faultyFileSystem(faults: Faults): FileSystem {
	const fail = (error: Error | number | undefined) => {
		if (error instanceof Error) throw error;
	};
	return {
		...realFileSystem,
		async read(path) {
			fail(faults.read?.());
			return realFileSystem.read(path);
		},
		async list(directory) {
			fail(faults.list?.());
			return realFileSystem.list(directory);
		},
		async remove(path) {
			fail(faults.remove?.());
			await realFileSystem.remove(path);
		},
		async rename(from, to) {
			fail(faults.rename?.());
			await realFileSystem.rename(from, to);
		},
		async syncDirectory(directory) {
			fail(faults.syncDirectory?.(directory));
			await realFileSystem.syncDirectory(directory);
		},
		async bytes(path) {
			fail(faults.bytes?.());
			return realFileSystem.bytes(path);
		},
		async create(path) {
			fail(faults.create?.());
			const file = await realFileSystem.create(path);
			return {
				...file,
				async write(bytes, position) {
					const verdict = faults.write?.(bytes.length);
					fail(verdict);
					return file.write(typeof verdict === 'number' ? bytes.subarray(0, verdict) : bytes, position);
				},
				async truncate(bytes) {
					fail(faults.truncate?.());
					await file.truncate(bytes);
				},
				async sync() {
					fail(await faults.sync?.());
					await file.sync();
					faults.onSync?.();
				},
			};
		},
	};
}
