import { dirname, resolve } from 'node:path';
import type { FileSystem } from './file-system.js';

/**
 * Makes the name of a directory durable, and those of the directories that contain it: the process that created them,
 * however long ago, may not have called fsync. A directory that this process may not read is skipped, since this
 * process has created nothing in it.
 */
export async function fsyncParents(fileSystem: FileSystem, directory: string): Promise<void> {
	let child = resolve(directory);
	for (let parent = dirname(child); parent !== child; parent = dirname(child)) {
		await fileSystem.fsyncDirectory(parent).catch((error: unknown) => {
			if (!skippedCodes.has((error as NodeJS.ErrnoException).code)) throw error;
		});
		child = parent;
	}
}

/** Error codes of directories that may not be read, or on file systems without fsync of directories. */
const skippedCodes = new Set<string | undefined>(['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);
