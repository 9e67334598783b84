import { setTimeout as sleep } from 'node:timers/promises';
import { type FileSystem, realFileSystem } from '../../wal/file-system.js';

/** A slow disk's: most kills then come in the middle of a sync. */
const syncMs = 15;

/**
 * A disk of a machine that may lose power: what was written lies in this process's memory until it is synced, so that
 * `kill -9` loses it. On a real disk a kill leaves even unsynced bytes behind, and proves nothing about the sync.
 */
export function forgetfulFileSystem(): FileSystem {
	return {
		...realFileSystem,
		async create(path) {
			const file = await realFileSystem.create(path);
			let unsynced: { bytes: Uint8Array; position: number }[] = [];
			return {
				...file,
				async write(bytes, position) {
					unsynced.push({ bytes: Uint8Array.from(bytes), position });
					return bytes.length;
				},
				async sync() {
					const writes = unsynced;
					unsynced = [];
					await sleep(syncMs);
					for (const { bytes, position } of writes) {
						for (let done = 0; done < bytes.length; ) done += await file.write(bytes.subarray(done), position + done);
					}
					await file.sync();
				},
			};
		},
	};
}
