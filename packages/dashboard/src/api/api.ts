import type { HttpReply } from '@footfall/http-server';
import type { Warehouse } from '@footfall/warehouse';
import { Registry } from 'prom-client';
import { apiPathOf, sitesPath, type ViewName, viewDefinitions, viewNames } from '../contract/views.js';
import { json } from '../http/reply.js';
import type { Logger } from '../logger.js';
import { Metrics } from '../metrics.js';
import { health } from './health.js';
import { eventConflicts, leftOut, leftOutEvents } from './left-out.js';
import { lagReader, type MartsLag } from './marts-lag.js';
import type { ViewQueries } from './query.js';
import { QueryFault, runQuery } from './run-query.js';
import { readScope, type Scope } from './scope.js';
import { Semaphore } from './semaphore.js';
import { sites } from './sites.js';
import { viewQueries } from './view-queries.js';

/** Maximum number of requests that are answered at once, and of those that wait; further ones get 503. */
const answersMax = { running: 6, waiting: 60 };

/** Maximum length of a logged error. */
const logCharactersMax = 500;

const noScope: Scope = { site: '', from: '1970-01-01', to: '1970-01-01', filters: {} };

const viewOfPath: ReadonlyMap<string, ViewName> = new Map(viewNames.map((name) => [apiPathOf(name), name]));

/**
 * Answers `/metrics`, `/api/sites` and the paths of the views.
 *
 * @param freshness reads the lag of the marts; without it the lag is not known
 */
export function createApi(warehouse: Warehouse, logger: Logger, freshness?: () => Promise<MartsLag>) {
	const source = { warehouse, logger };
	const semaphore = new Semaphore(answersMax.running, answersMax.waiting);
	const lag = lagReader(freshness, logger);
	const metrics = new Metrics({
		health: async () => (await runQuery(source, health, noScope))[0],
		lag,
		leftOut: () => runQuery(source, leftOut, noScope),
		leftOutEvents: () => runQuery(source, leftOutEvents, noScope),
		eventConflicts: () => runQuery(source, eventConflicts, noScope),
	});

	async function answer(work: () => Promise<unknown>): Promise<HttpReply> {
		if (!(await semaphore.acquire())) {
			return json(503, { error: 'Too many requests in progress. Retry later.' }, { 'Retry-After': '1' });
		}
		try {
			return json(200, await work());
		} catch (error) {
			if (!(error instanceof QueryFault))
				logger.error({ error: String(error).slice(0, logCharactersMax) }, 'a view failed');
			else logger.warn({ error: String(error.cause) }, 'a query of the dashboard failed');
			return error instanceof QueryFault
				? json(error.status, { error: error.message })
				: json(500, { error: 'Internal error. The log of the dashboard has the details.' });
		} finally {
			semaphore.release();
		}
	}

	async function answerView(view: ViewName, scope: Scope) {
		const queries: ViewQueries = viewQueries[view];
		// The numbers of a view belong together: if one query fails, the view fails.
		const rows = await Promise.all(
			Object.entries(queries).map(async ([name, query]) => [
				name,
				'sql' in query ? await runQuery(source, query, scope) : [query.ofLag(await lag())],
			]),
		);
		const { filterEffect } = viewDefinitions[view];
		// `narrowing` is the former name of `filterEffect`. It is kept for one version.
		return { filterEffect, narrowing: filterEffect, rows: Object.fromEntries(rows) };
	}

	return async (path: string, query: URLSearchParams): Promise<HttpReply | undefined> => {
		if (path === sitesPath) {
			return answer(async () => ({ sites: await runQuery(source, sites, noScope) }));
		}
		if (path === '/metrics') {
			const headers = { 'Content-Type': Registry.PROMETHEUS_CONTENT_TYPE, 'Cache-Control': 'no-store' };
			return { status: 200, headers, body: await metrics.text() };
		}
		const view = viewOfPath.get(path);
		if (view === undefined) return undefined;
		const read = readScope(query);
		if (!read.ok) return json(400, { error: `${read.fault}.` });
		const startMs = performance.now();
		const reply = await answer(() => answerView(view, read.scope));
		metrics.answered(view, reply.status, performance.now() - startMs);
		return reply;
	};
}
