import { get } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Reads from /metrics how many events a collector has acknowledged as stored since it started.
 *
 * @throws Error if the metric is missing, so that a renamed metric does not count as zero
 */
export async function acceptedEvents(adminUrl: string): Promise<number> {
	const value = sumOfSamples(await textOf(`${adminUrl}/metrics`), 'footfall_events_accepted_total');
	if (value === undefined) throw new Error(`${adminUrl}/metrics has no footfall_events_accepted_total`);
	return value;
}

/** The body of an answer. Unlike `fetch`, this opens every port that a setting may name. */
function textOf(url: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const asking = get(url, (answer) => text(answer).then(resolve, reject));
		asking.once('error', reject);
	});
}

/** Sums a metric in the Prometheus text format over its labels; undefined if it has no sample. Pure. */
export function sumOfSamples(samplesText: string, metric: string): number | undefined {
	const samples = [...samplesText.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].map((match) =>
		Number(match[1]),
	);
	return samples.length === 0 ? undefined : samples.reduce((sum, value) => sum + value);
}
