/**
 * The time of the monotonic clock of this process, in milliseconds since the process started. Unlike the time of day,
 * it never jumps when the system clock is set, so durations and deadlines are computed from it.
 */
export function monotonicNowMs(): number {
	return performance.now();
}
