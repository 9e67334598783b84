/**
 * Events that a collector has acknowledged as stored since it started, as its own /metrics says.
 *
 * @throws Error when the metric is not there, so that a renamed one cannot pass for zero
 */
export async function acceptedEvents(adminUrl: string): Promise<number> {
	const response = await fetch(`${adminUrl}/metrics`);
	const value = sumOfSamples(await response.text(), 'footfall_events_accepted_total');
	if (value === undefined) throw new Error(`${adminUrl}/metrics has no footfall_events_accepted_total`);
	return value;
}

/** Sum over the labels of a metric in the Prometheus text format; undefined when it has no sample. Pure. */
export function sumOfSamples(text: string, metric: string): number | undefined {
	const samples = [...text.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].map((match) =>
		Number(match[1]),
	);
	return samples.length === 0 ? undefined : samples.reduce((sum, value) => sum + value);
}
