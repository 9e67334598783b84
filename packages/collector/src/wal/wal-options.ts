import type { Logger } from '../logger.js';
import type { FileSystem } from './file-system.js';

/** Settings and bounds of the write-ahead log. */
export interface WalOptions {
	/** A directory that no other collector uses; must exist. */
	directory: string;
	fileSystem: FileSystem;
	/** Group-commit delay: how long the first record waits for others to share its fsync, ms. */
	commitDelayMs: number;
	/** Maximum size of the records that wait to be written, bytes. Above it, new records are answered `busy`. */
	pendingBytesMax: number;
	/** A segment is sealed before it would exceed this size, bytes, … */
	sealBytes: number;
	/** … or this number of events, … */
	sealEvents: number;
	/** … or when its first record has this age, ms, and no other segment waits for delivery. */
	sealAfterMs: number;
	/** Maximum size of all segments together, bytes. Above it, new records are answered `full`. */
	walBytes: number;
	/** Pause after a failed write or fsync, ms. Until it ends, records are answered `failing`. */
	failurePauseMs: number;
	/** How long the start repeats reads that fail for a passing reason of the system before it is refused, ms. */
	startRetryMsMax: number;
	logger: Logger;
	/** Called with the duration of each write with its fsync, seconds. */
	onFsync: (seconds: number) => void;
}
