import { type FileSystem, realFileSystem } from '../../wal/file-system.js';

/** Faults of the disk. Each function is called before its operation, which fails with the returned error. */
export interface Faults {
	/** An error, or the number of bytes that the write accepts. */
	write?: (bytes: number) => Error | number | undefined;
	/** Written bytes do not become durable. May be asynchronous. */
	fsync?: () => Error | undefined | Promise<undefined>;
	create?: () => Error | undefined;
	read?: () => Error | undefined;
	list?: () => Error | undefined;
	remove?: () => Error | undefined;
	rename?: () => Error | undefined;
	truncate?: () => Error | undefined;
	fsyncDirectory?: (directory: string) => Error | undefined;
	/** Reading the size of a file. */
	bytes?: () => Error | undefined;
	/** Called after every successful fsync. */
	onFsync?: () => void;
}

/** A disk error as Node reports it. */
export function diskError(code: string): Error {
	return Object.assign(new Error(`${code}: simulated disk error`), { code });
}

/** Makes every operation that changes something fail, as on a file system that the kernel has remounted read-only. */
export function remountReadOnly(faults: Faults): void {
	const refuse = () => diskError('EROFS');
	for (const operation of changes) faults[operation] = refuse;
}

/** Reverts remountReadOnly. */
export function remountWritable(faults: Faults): void {
	for (const operation of changes) delete faults[operation];
}

const changes = ['write', 'fsync', 'create', 'remove', 'rename', 'truncate', 'fsyncDirectory'] as const;

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
		async fsyncDirectory(directory) {
			fail(faults.fsyncDirectory?.(directory));
			await realFileSystem.fsyncDirectory(directory);
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
					const result = faults.write?.(bytes.length);
					fail(result);
					return file.write(typeof result === 'number' ? bytes.subarray(0, result) : bytes, position);
				},
				async truncate(bytes) {
					fail(faults.truncate?.());
					await file.truncate(bytes);
				},
				async fsync() {
					fail(await faults.fsync?.());
					await file.fsync();
					faults.onFsync?.();
				},
			};
		},
	};
}
