/**
 * Median, 99th percentile and maximum of latencies in milliseconds.
 *
 * @returns zeros for an empty list
 */
export function summaryOf(latenciesMs) {
	const sorted = latenciesMs.toSorted((a, b) => a - b);
	const quantile = (share) => sorted[Math.floor(sorted.length * share)] ?? 0;
	return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: sorted.at(-1) ?? 0 };
}
