/** Progress of a history. */
export interface HistoryProgress {
	/** Finished chunks of this run and of the run that it resumes. */
	readonly chunksDone: number;
	readonly chunks: number;
	/** Rows of this run. */
	readonly rows: number;
}

/** Options of a run that makes a history. */
export interface HistoryRun {
	/** Number of threads, 1 to 64. @default one per processor, at most 4 */
	readonly threads?: number;
	onProgress?(progress: HistoryProgress): void;
	/** Stops the run after the current chunk when aborted; a later run resumes there. */
	readonly signal?: AbortSignal;
}

/** Result of a run. */
export interface HistoryResult {
	/** Rows of this run: more than events, if batches are delivered twice. */
	readonly rows: number;
	/** Chunks of earlier runs. */
	readonly chunksBefore: number;
	/** False if the run was aborted. */
	readonly isWhole: boolean;
}
