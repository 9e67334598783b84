import { maybeNumber, number, select } from './query.js';

/** SELECT of the checksum of the models whose runs the mart of sessions shows. */
export const seenModels = `SELECT extract(create_table_query, 'transform_runs WHERE \\\\(?models = \\'([0-9a-f]+)\\'')
            FROM system.tables WHERE database = currentDatabase() AND name = 'sessions'`;

/** State of the marts over all sites, as far as the dashboard's account can see it. */
export const health = select(
	{
		/**
		 * Seconds since the run that readers see was published; null if there was none. The views name the models whose
		 * runs they show, and show an earlier run while they have not been replaced.
		 */
		publishedAgoSeconds: maybeNumber,
		/** Quarantined events: those that ClickHouse refused. */
		quarantined: number,
	},
	`SELECT
    (SELECT dateDiff('millisecond', maxOrNull(published_at), now64(3)) / 1000 FROM transform_runs
        WHERE models IN (${seenModels})) AS publishedAgoSeconds,
    (SELECT count() FROM events_quarantine) AS quarantined`,
);
