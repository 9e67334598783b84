import { type FileSystem, realFileSystem } from '../log/file-system.js';

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
	/** Called after every sync that worked. */
	onSync?: () => void;
}

/** A disk error as Node reports it. */
export function diskError(code: string): Error {
	return Object.assign(new Error(`${code}: the disk says no`), { code });
}

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
				async sync() {
					fail(await faults.sync?.());
					await file.sync();
					faults.onSync?.();
				},
			};
		},
	};
}
