import { honestSite } from './honest-batch.js';

const answerMsMax = 10_000;

/** Queries the embedded ClickHouse as the read-only account. Returns rows, each an array of columns. */
async function query({ url, user, password }, sql) {
	const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
	const answer = await fetch(url, {
		method: 'POST',
		body: sql,
		headers: { authorization },
		signal: AbortSignal.timeout(answerMsMax),
	});
	const text = await answer.text();
	if (!answer.ok) throw new Error(text);
	return text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => line.split('\t'));
}

/** The number of events in the sessions of these visitors, by visitor. */
export async function eventsInSessions(clickhouse, visitors) {
	if (visitors.length === 0) return new Map();
	const rows = await query(
		clickhouse,
		`SELECT visitor_id, sum(events) FROM footfall.sessions
		WHERE site = '${honestSite}' AND visitor_id IN (${visitors.join(',')}) GROUP BY visitor_id FORMAT TSV`,
	);
	return new Map(rows.map(([visitor, events]) => [Number(visitor), Number(events)]));
}

/** The number of distinct events of a path in the raw table. */
export async function eventsOfPath(clickhouse, path) {
	const [[events]] = await query(
		clickhouse,
		`SELECT count() FROM footfall.events FINAL WHERE site = '${honestSite}' AND path = '${path}' FORMAT TSV`,
	);
	return Number(events);
}
