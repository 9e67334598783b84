import { maybeNumber, number, select } from './query.js';

/** What the account of the dashboard can see of how the marts do, over all sites. */
export const health = select(
	{
		/** Seconds since the last run of the transforms was published; null when there was none. */
		publishedAgoSeconds: maybeNumber,
		/** Events that ClickHouse refused, kept aside. */
		quarantined: number,
	},
	`SELECT (SELECT dateDiff('millisecond', maxOrNull(published_at), now64(3)) / 1000 FROM transform_runs) AS publishedAgoSeconds,
    (SELECT count() FROM events_quarantine) AS quarantined`,
);
