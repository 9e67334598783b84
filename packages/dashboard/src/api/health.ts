import { maybeNumber, number, select } from './query.js';

/** How far the marts are behind, over all sites. */
export const health = select(
	{
		/** Seconds since the last run of the transforms was published; null when there was none. */
		publishedAgoSeconds: maybeNumber,
		/** How long the oldest event that came after that run began has been waiting; 0 when there is none. */
		waitingSeconds: number,
		/** Events that ClickHouse refused, kept aside. */
		quarantined: number,
	},
	`WITH (SELECT maxOrNull(run) FROM transform_runs) AS last_run
SELECT (SELECT dateDiff('millisecond', maxOrNull(published_at), now64(3)) / 1000 FROM transform_runs) AS publishedAgoSeconds,
    (SELECT ifNull(dateDiff('millisecond', minOrNull(received_at), now64(3)) / 1000, 0)
        FROM events WHERE received_at > fromUnixTimestamp64Micro(toInt64(ifNull(last_run, 0)))) AS waitingSeconds,
    (SELECT count() FROM events_quarantine) AS quarantined`,
);
