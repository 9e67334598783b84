import { maybeNumber, number, select } from './query.js';

/** State of the marts over all sites, as far as the dashboard's account can see it. */
export const health = select(
	{
		/** Seconds since the last run of the transforms was published; null if there was none. */
		publishedAgoSeconds: maybeNumber,
		/** Quarantined events: those that ClickHouse refused. */
		quarantined: number,
	},
	`SELECT
    (SELECT dateDiff('millisecond', maxOrNull(published_at), now64(3)) / 1000 FROM transform_runs) AS publishedAgoSeconds,
    (SELECT count() FROM events_quarantine) AS quarantined`,
);
