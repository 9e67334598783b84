import type { Notice } from '../../contract/notice.js';
import type { MartsLag } from '../marts-lag.js';
import { readMartsVersion } from '../marts-version.js';
import { flag, maybeNumber, number, type Query, select, text } from '../query.js';
import { QueryFault, runQuery } from '../run-query.js';
import { noScope } from '../scope.js';
import { composeNotices } from './notice-texts.js';

/** The newest published run: whether a rollback holds further ones, and when it was published. */
const published = select(
	{ kind: text, publishedMs: maybeNumber },
	`SELECT kind, toUnixTimestamp64Milli(published_at) AS publishedMs
FROM transform_runs
ORDER BY run DESC
LIMIT 1`,
);

/** Why the last run of the transforms was not published, or did not apply the definitions; no row for neither. */
const failure = select(
	{ kind: text, message: text, sinceMs: number },
	`SELECT kind, message, toUnixTimestamp64Milli(since) AS sinceMs
FROM transform_failures FINAL
WHERE kind != ''`,
);

/** Own models of which readers see earlier rows, each with the fault; those that failed themselves first. */
const staleModels = select(
	{ name: text, words: text, sinceMs: number },
	`SELECT model.1 AS name, JSONExtractString(model.2, 'fault', 'words') AS words,
	JSONExtractInt(model.2, 'fault', 'sinceMs') AS sinceMs
FROM (SELECT report FROM transform_runs ORDER BY run DESC LIMIT 1)
ARRAY JOIN JSONExtractKeysAndValuesRaw(report, 'judged', 'own', 'states') AS model
WHERE JSONHas(model.2, 'fault')
ORDER BY JSONExtractString(model.2, 'fault', 'upstream') != '', name
LIMIT 100`,
);

/** Data tests of the project folder that fail and hold no model, each with the fault. */
const failingTests = select(
	{ name: text, words: text, sinceMs: number },
	`SELECT test.1 AS name, JSONExtractString(test.2, 'words') AS words, JSONExtractInt(test.2, 'sinceMs') AS sinceMs
FROM (SELECT report FROM transform_runs ORDER BY run DESC LIMIT 1)
ARRAY JOIN JSONExtractKeysAndValuesRaw(report, 'judged', 'own', 'tests') AS test
ORDER BY name
LIMIT 100`,
);

/** Visitors and sites that the marts leave out, by site, each with a reason; the sites with most first. */
const leftOutReasons = select(
	{ site: text, visitors: number, isSite: flag, reason: text },
	`SELECT site, countIf(NOT is_site) AS visitors, max(is_site) AS isSite, argMax(reason, is_site) AS reason
FROM marts_left_out
GROUP BY site
ORDER BY isSite DESC, visitors DESC, site
LIMIT 100`,
);

/**
 * Reads the notices about the marts. A state that cannot be read has no notice: the views say that by themselves.
 */
export async function readNotices(
	source: Parameters<typeof runQuery>[0],
	{ lag, generation }: { lag: () => Promise<MartsLag | undefined>; generation: number | undefined },
): Promise<Notice[]> {
	const rowsOf = <Row>(query: Query<Row>): Promise<Row[]> =>
		runQuery(source, query, noScope).catch((error: unknown) => {
			if (error instanceof QueryFault) return [];
			throw error;
		});
	const [runs, failures, leftOut, stale, failing, waiting, version] = await Promise.all([
		rowsOf(published),
		rowsOf(failure),
		rowsOf(leftOutReasons),
		rowsOf(staleModels),
		rowsOf(failingTests),
		lag(),
		readMartsVersion(source, generation),
	]);
	return composeNotices({ run: runs[0], failure: failures[0], leftOut, stale, failing, lag: waiting, version });
}
