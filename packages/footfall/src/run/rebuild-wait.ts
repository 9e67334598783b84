/** Longest wait for a run of the transforms that is in progress, ms: long enough for a rebuild of years of events. */
export const rebuildWaitMs = 30 * 60_000;
