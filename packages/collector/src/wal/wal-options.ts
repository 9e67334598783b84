import type { Logger } from '../logger.js';
import type { FileSystem } from './file-system.js';

/** How the log behaves; every bound of it. */
export interface LogOptions {
	/** Directory of this collector alone; must exist. */
	directory: string;
	fileSystem: FileSystem;
	/** Milliseconds that a first record waits for others to be synced with it. */
	commitDelayMs: number;
	/** Bytes of records waiting to be written; above it new records are answered `busy`. */
	pendingBytesMax: number;
	/** A segment is sealed when it would grow beyond this many bytes, … */
	sealBytes: number;
	/** … or this many events, … */
	sealEvents: number;
	/** … or when its first record is this old and nothing else waits for delivery. */
	sealAfterMs: number;
	/** Bytes of all segments together; above it new records are answered `full`. */
	quotaBytes: number;
	/** After a failed write or sync, records are answered `failing` for this long before the disk is tried again. */
	failurePauseMs: number;
	logger: Logger;
	/** Seconds that one write and sync took. */
	onSynced: (seconds: number) => void;
}
