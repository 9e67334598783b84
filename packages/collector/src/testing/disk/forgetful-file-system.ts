import { setTimeout as sleep } from 'node:timers/promises';
import { type FileSystem, realFileSystem } from '../../wal/file-system.js';

/** Duration of an fsync, ms. It is that of a slow disk, so that most kills hit an fsync in progress. */
const syncMs = 15;

/**
 * A disk of a machine that may lose power: writes stay in the memory of this process until an fsync, so that `kill -9`
 * loses them. On a real disk, a kill keeps even writes without an fsync, and would prove nothing about the fsync.
 */
export function forgetfulFileSystem(): FileSystem {
	return {
		...realFileSystem,
		async create(path) {
			const file = await realFileSystem.create(path);
			let volatileWrites: { bytes: Uint8Array; position: number }[] = [];
			return {
				...file,
				async write(bytes, position) {
					volatileWrites.push({ bytes: Uint8Array.from(bytes), position });
					return bytes.length;
				},
				async fsync() {
					const writes = volatileWrites;
					volatileWrites = [];
					await sleep(syncMs);
					for (const { bytes, position } of writes) {
						for (let done = 0; done < bytes.length; ) done += await file.write(bytes.subarray(done), position + done);
					}
					await file.fsync();
				},
			};
		},
	};
}
