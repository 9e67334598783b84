/**
 * Reads from /metrics how many events a collector has acknowledged as stored since it started.
 *
 * @throws Error if the metric is missing, so that a renamed metric does not count as zero
 */
export async function acceptedEvents(adminUrl: string): Promise<number> {
	const response = await fetch(`${adminUrl}/metrics`);
	const value = sumOfSamples(await response.text(), 'footfall_events_accepted_total');
	if (value === undefined) throw new Error(`${adminUrl}/metrics has no footfall_events_accepted_total`);
	return value;
}

/** Sums a metric in the Prometheus text format over its labels; undefined if it has no sample. Pure. */
export function sumOfSamples(text: string, metric: string): number | undefined {
	const samples = [...text.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].map((match) =>
		Number(match[1]),
	);
	return samples.length === 0 ? undefined : samples.reduce((sum, value) => sum + value);
}
