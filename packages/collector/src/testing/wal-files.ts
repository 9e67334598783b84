import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { headerBytes } from '../wal/segment-format.js';
import { segmentSuffix } from '../wal/segment-name.js';

/** Names of the files of a WAL, without its lock and without the segment that is prepared for later records. */
export function walFiles(directory: string): string[] {
	const bytesOf = (name: string) => statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0;
	const isEmpty = (name: string) => bytesOf(name) <= headerBytes;
	return readdirSync(directory).filter(
		(name) => !name.endsWith('.lock') && !(name.endsWith(segmentSuffix) && isEmpty(name)),
	);
}
