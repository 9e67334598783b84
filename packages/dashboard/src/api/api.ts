import type { HttpReply } from '@footfall/http-server';
import type { Warehouse } from '@footfall/warehouse';
import { Registry } from 'prom-client';
import { json } from '../http/reply.js';
import type { Logger } from '../logger.js';
import { Metrics } from '../metrics.js';
import { health } from './health.js';
import { eventConflicts, leftOut, leftOutEvents } from './left-out.js';
import { lagReader, type MartsLag } from './marts-lag.js';
import type { View } from './query.js';
import { QueryFault, runQuery } from './run-query.js';
import { readScope, type Scope } from './scope.js';
import { Semaphore } from './semaphore.js';
import { sites } from './sites.js';
import { views } from './views/all.js';

/** Answers that are worked on at once, and those that wait for their turn; beyond them it is 503. */
const answersMax = { running: 6, waiting: 60 };

/** Maximum length of a logged fault. */
const logCharactersMax = 500;

const noScope: Scope = { site: '', from: '1970-01-01', to: '1970-01-01', segments: {} };

/**
 * Answers `/metrics`, `/api/sites` and `/api/VIEW`.
 *
 * @param freshness how far the marts are behind; without it that is not known
 */
export function createApi(warehouse: Warehouse, logger: Logger, freshness?: () => Promise<MartsLag>) {
	const source = { warehouse, logger };
	const semaphore = new Semaphore(answersMax.running, answersMax.waiting);
	const lag = lagReader(freshness, logger);
	const metrics = new Metrics({
		look: async () => (await runQuery(source, health, noScope))[0],
		lag,
		leftOut: () => runQuery(source, leftOut, noScope),
		leftOutEvents: () => runQuery(source, leftOutEvents, noScope),
		eventConflicts: () => runQuery(source, eventConflicts, noScope),
	});

	async function answer(work: () => Promise<unknown>): Promise<HttpReply> {
		if (!(await semaphore.acquire()))
			return json(503, { error: 'Too many questions at once.' }, { 'Retry-After': '1' });
		try {
			return json(200, await work());
		} catch (error) {
			if (!(error instanceof QueryFault))
				logger.error({ error: String(error).slice(0, logCharactersMax) }, 'a view failed');
			else logger.warn({ error: String(error.cause) }, 'a query of the dashboard failed');
			return error instanceof QueryFault
				? json(error.status, { error: error.message })
				: json(500, { error: 'Something is wrong here. The log says what.' });
		} finally {
			semaphore.release();
		}
	}

	async function view({ narrowing, queries }: View, scope: Scope) {
		// Half an answer is none: a view's numbers belong together.
		const rows = await Promise.all(
			Object.entries(queries).map(async ([name, query]) => [
				name,
				'sql' in query ? await runQuery(source, query, scope) : [query.ofLag(await lag())],
			]),
		);
		return { narrowing, rows: Object.fromEntries(rows) };
	}

	return async (path: string, query: URLSearchParams): Promise<HttpReply | undefined> => {
		if (path === '/api/sites') {
			return answer(async () => ({ sites: await runQuery(source, sites, noScope) }));
		}
		if (path === '/metrics') {
			const headers = { 'Content-Type': Registry.PROMETHEUS_CONTENT_TYPE, 'Cache-Control': 'no-store' };
			return { status: 200, headers, body: await metrics.text() };
		}
		const name = /^\/api\/([a-z]+)$/.exec(path)?.[1] ?? '';
		if (!Object.hasOwn(views, name)) return undefined;
		const read = readScope(query);
		if (!read.ok) return json(400, { error: `${read.fault}.` });
		const startMs = performance.now();
		const reply = await answer(() => view(views[name as keyof typeof views], read.scope));
		metrics.answered(name, reply.status, performance.now() - startMs);
		return reply;
	};
}
