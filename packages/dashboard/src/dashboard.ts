import { StartRefusal, urlOf } from '@footfall/host';
import { type HttpRequest, startHttpServer } from '@footfall/http-server';
import type { Warehouse } from '@footfall/warehouse';
import { createApi } from './api/api.js';
import type { MartsLag } from './api/marts-lag.js';
import type { MoneySettings } from './api/money/site-money.js';
import { readAssets } from './assets.js';
import { createRespond, type Request } from './http/respond.js';
import { randomToken, tokenCharactersMin } from './http/secret.js';
import type { Logger } from './logger.js';

export interface DashboardOptions {
	/** Address to listen on. @default 127.0.0.1 */
	host?: string;
	/** 0 takes any free port. */
	port: number;
	/** Token that readers log in with, at least 16 characters. @default a random one */
	token?: string | undefined;
	/** Host names of proxies in front, in addition to IP addresses and localhost. @default none */
	hosts?: readonly string[];
	/** ClickHouse, with a read-only account if possible; every query also sets `readonly`. */
	warehouse: Warehouse;
	/**
	 * Reads the lag of the marts, over all sites. It needs an account that sees the parts of the raw table, which a
	 * read-only account does not. @default not known: null in `/api/live`, NaN in the metrics
	 */
	freshness?: (() => Promise<MartsLag>) | undefined;
	/** Site keys that the collector accepts; a site without events then gets its snippet. @default not known */
	sites?: readonly string[] | undefined;
	/** Address of the collector for pages, which the snippet has. @default not known */
	collectorUrl?: string | undefined;
	/**
	 * Generation of the models of this version. Until a run of these is published, the page says so, and a view shows
	 * what the earlier marts have. @default not known
	 */
	generation?: number | undefined;
	/** Settings of sites on their money, by site key. @default none */
	money?: Readonly<Record<string, MoneySettings>> | undefined;
	/** Called with every request for numbers or notices of the marts; not for `/metrics`. @default nothing */
	onRead?: (() => void) | undefined;
	logger: Logger;
}

export interface Dashboard {
	/** Address without the token. */
	url: string;
	/**
	 * Address that opens the page. It has a generated token in its fragment, which browsers do not send to servers; it
	 * does not have a token that the operator chose.
	 */
	loginUrl: string;
	stop(): Promise<void>;
}

const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * Serves the dashboard: a page, and a read-only API over the marts.
 *
 * @throws StartRefusal if it would listen beyond loopback without a chosen token, if the token is not valid, or if the
 *   port is not available
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
	const { host = '127.0.0.1', port, hosts = [], logger } = options;
	checkToken(host, options.token);
	const token = options.token ?? randomToken();
	const api = createApi(options);
	const assets = readAssets();
	// The cookie's name has the port in it, which is known only when the server listens. No request arrives earlier.
	let respond: ReturnType<typeof createRespond> | undefined;
	const server = await startHttpServer({
		host,
		port,
		portFlag: '--dashboard-port',
		answer: async (request) => (await respond?.(requestOf(request))) ?? { status: 503, headers: {}, body: '' },
		onFault: (error) => logger.error({ error: String(error) }, 'the dashboard could not answer'),
	});
	const policy = { token, hosts: hosts.map((name) => name.toLowerCase()), cookieName: `footfall_${server.port}` };
	respond = createRespond({ policy, assets, api });
	const url = urlOf(host, server.port);
	const loginUrl = options.token === undefined ? `${url}/#token=${token}` : url;
	return { url, loginUrl, stop: server.stop };
}

/**
 * Checks the token of a dashboard.
 *
 * @throws StartRefusal if the dashboard would listen beyond loopback without a chosen token, or if the token is not
 *   valid
 */
export function checkToken(host: string, token: string | undefined): void {
	if (token === undefined && !loopback.test(host)) {
		throw new StartRefusal(
			`The dashboard would listen on ${host}, where other machines can reach it: set a token with FOOTFALL_DASHBOARD_TOKEN, or leave --dashboard-host at 127.0.0.1.`,
		);
	}
	if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
		throw new StartRefusal(
			'The token of the dashboard may have ASCII letters, digits and punctuation only, without spaces.',
		);
	}
	if (token !== undefined && token.length < tokenCharactersMin) {
		throw new StartRefusal(
			`The token of the dashboard is too short: it needs at least ${tokenCharactersMin} characters.`,
		);
	}
}

/** Extracts the parts of a request that its answer depends on. Pure. */
function requestOf({ method, path, query, headers, body }: HttpRequest): Request {
	return {
		method,
		path,
		query,
		credentials: {
			host: headers.host,
			origin: headers.origin,
			fetchSite: headers['sec-fetch-site'] as string | undefined,
			authorization: headers.authorization,
			cookie: headers.cookie,
		},
		acceptsBrotli: /\bbr\b/.test(String(headers['accept-encoding'] ?? '')),
		knownTag: headers['if-none-match'],
		body,
	};
}
