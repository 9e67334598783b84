/** How far the making of a history is. */
export interface HistoryProgress {
	/** Of this run and of the one that it goes on from. */
	readonly chunksDone: number;
	readonly chunks: number;
	/** Of this run. */
	readonly rows: number;
}

/** What making a history needs besides its options. */
export interface HistoryRun {
	/** Threads that make chunks, 1 to 64. @default one per processor, at most 4 */
	readonly threads?: number;
	onProgress?(progress: HistoryProgress): void;
	/** Aborting it stops between two chunks; a later run goes on from there. */
	readonly signal?: AbortSignal;
}

/** What came of it. */
export interface HistoryResult {
	/** Of this run: more than there are events, where copies are delivered twice. */
	readonly rows: number;
	/** Chunks that an earlier run had made. */
	readonly chunksBefore: number;
	/** False when it was aborted. */
	readonly isWhole: boolean;
}
