import type { HttpReply } from '@footfall/http-server';
import type { Warehouse } from '@footfall/warehouse';
import { Registry } from 'prom-client';
import { apiPathOf, noticesPath, sitesPath, type ViewName, viewDefinitions, viewNames } from '../contract/views.js';
import { json } from '../http/reply.js';
import type { Logger } from '../logger.js';
import { Metrics } from '../metrics.js';
import { viewAnswerer } from './answer-view.js';
import { health } from './health.js';
import { eventConflicts, leftOut, leftOutEvents } from './left-out.js';
import { readListPart } from './lists/list-part.js';
import { lagReader, type MartsLag } from './marts-lag.js';
import { moneyReader } from './money/money-reader.js';
import type { MoneySettings } from './money/site-money.js';
import { readNotices } from './notices/notices.js';
import { listsOf } from './query.js';
import { QueryFault, runQuery } from './run-query.js';
import { noScope, readScope } from './scope.js';
import { Semaphore } from './semaphore.js';
import { siteChecker, UnknownSite } from './site-check.js';
import { readSites } from './sites.js';
import { viewQueries } from './view-queries.js';

/** Maximum number of requests that are answered at once, and of those that wait; further ones get 503. */
const answersMax = { running: 6, waiting: 60 };

/** Maximum length of a logged error. */
const logCharactersMax = 500;

const viewOfPath: ReadonlyMap<string, ViewName> = new Map(viewNames.map((name) => [apiPathOf(name), name]));

export interface ApiOptions {
	warehouse: Warehouse;
	logger: Logger;
	/** Reads the lag of the marts. @default not known */
	freshness?: (() => Promise<MartsLag>) | undefined;
	/** Site keys that the collector accepts. @default not known: those with events */
	sites?: readonly string[] | undefined;
	/** Address of the collector for pages. @default not known */
	collectorUrl?: string | undefined;
	/** Generation of the models of this version, see `martsVersionOf`. @default not known */
	generation?: number | undefined;
	/** Settings of sites on their money, by site key. @default none */
	money?: Readonly<Record<string, MoneySettings>> | undefined;
	/** Called with every request for numbers or notices of the marts. @default nothing */
	onRead?: (() => void) | undefined;
}

/** Answers `/metrics`, `/api/sites`, `/api/notices` and the paths of the views. */
export function createApi(options: ApiOptions) {
	const { warehouse, logger, freshness, sites: configured, collectorUrl, generation, onRead } = options;
	const source = { warehouse, logger };
	const moneyOf = moneyReader(source, options.money);
	const siteFault = siteChecker(source, configured);
	const semaphore = new Semaphore(answersMax.running, answersMax.waiting);
	const lag = lagReader(freshness, logger);
	const answerView = viewAnswerer({ source, logger, lag, generation });
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
			if (error instanceof UnknownSite) return json(404, { error: error.message });
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

	async function answerRequest(view: ViewName, query: URLSearchParams): Promise<HttpReply> {
		const listed = readListPart(query, listsOf(viewQueries[view]));
		if (!listed.ok) return json(400, { error: `${listed.fault}.` });
		const { hasMoney = false, chooses } = viewDefinitions[view];
		const read = readScope(listed.rest, chooses);
		if (!read.ok) return json(400, { error: `${read.fault}.` });
		return answer(async () => {
			const scope = hasMoney ? { ...read.scope, money: await moneyOf(read.scope) } : read.scope;
			const [found, fault] = await Promise.all([answerView(view, scope, listed.part), siteFault(scope)]);
			if (fault !== undefined) throw new UnknownSite(fault);
			return found;
		});
	}

	return async (path: string, query: URLSearchParams): Promise<HttpReply | undefined> => {
		const view = viewOfPath.get(path);
		if (path === sitesPath || path === noticesPath || view !== undefined) onRead?.();
		if (path === sitesPath) {
			return answer(async () => ({
				sites: await readSites(source),
				configured: configured ?? null,
				collectorUrl: collectorUrl ?? null,
			}));
		}
		if (path === noticesPath) return answer(async () => ({ notices: await readNotices(source, { lag, generation }) }));
		if (path === '/metrics') {
			const headers = { 'Content-Type': Registry.PROMETHEUS_CONTENT_TYPE, 'Cache-Control': 'no-store' };
			return { status: 200, headers, body: await metrics.text() };
		}
		if (view === undefined) return undefined;
		const startMs = performance.now();
		const reply = await answerRequest(view, query);
		metrics.answered(view, reply.status, performance.now() - startMs);
		return reply;
	};
}
