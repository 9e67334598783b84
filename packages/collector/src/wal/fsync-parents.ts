import { dirname, resolve } from 'node:path';
import type { FileSystem } from './file-system.js';

/**
 * Makes a directory's own name survive power loss, and those of the directories it is in: whoever created them, a moment ago
 * or years, need not have synced them. One that we may not read is passed over: we have created nothing in it.
 */
export async function syncParents(fileSystem: FileSystem, directory: string): Promise<void> {
	let child = resolve(directory);
	for (let parent = dirname(child); parent !== child; parent = dirname(child)) {
		await fileSystem.syncDirectory(parent).catch((error: unknown) => {
			if (!passedOver.has((error as NodeJS.ErrnoException).code)) throw error;
		});
		child = parent;
	}
}

/** Not ours to read, or of a file system whose directories cannot be synced. */
const passedOver = new Set<string | undefined>(['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);
