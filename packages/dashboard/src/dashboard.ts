import { StartRefusal, urlOf } from '@footfall/host';
import { type HttpRequest, startHttpServer } from '@footfall/http-server';
import type { Warehouse } from '@footfall/warehouse';
import { createApi } from './api/api.js';
import type { MartsLag } from './api/marts-lag.js';
import { readAssets } from './assets.js';
import { createRespond, type Request } from './http/respond.js';
import { randomToken, tokenCharactersMin } from './http/secret.js';
import type { Logger } from './logger.js';

export interface DashboardOptions {
	/** Address to listen on. @default 127.0.0.1 */
	host?: string;
	/** 0 takes any free port. */
	port: number;
	/** What a browser must know to get in, 16 characters at least. @default a random one */
	token?: string | undefined;
	/** Names by which a proxy in front is reached. Without them only addresses and localhost are answered. @default none */
	hosts?: readonly string[];
	/** Best with an account that may only read; every query is told not to write, too. */
	warehouse: Warehouse;
	/**
	 * How far the marts are behind, over all sites. It takes an account that sees the parts of the raw table, which one that may only read does
	 * not. @default not known: null in `/api/live`, NaN in the metrics
	 */
	freshness?: (() => Promise<MartsLag>) | undefined;
	logger: Logger;
}

export interface Dashboard {
	/** Without the token. */
	url: string;
	/**
	 * Opens the page. A token that was made here stands in the fragment, which browsers send nowhere; one that somebody chose is theirs to
	 * keep.
	 */
	loginUrl: string;
	stop(): Promise<void>;
}

const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * Serves the dashboard: a page, and a read-only API over the marts.
 *
 * @throws StartRefusal when it would be open to others without a token of their own choice, or the port cannot be had
 */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
	const { host = '127.0.0.1', port, hosts = [], warehouse, freshness, logger } = options;
	checkToken(host, options.token);
	const token = options.token ?? randomToken();
	const api = createApi(warehouse, logger, freshness);
	const assets = readAssets();
	// The cookie is named after the port, which is known when the server listens; no request arrives earlier.
	let respond: ReturnType<typeof createRespond> | undefined;
	const server = await startHttpServer({
		host,
		port,
		portFlag: '--dashboard-port',
		answer: async (request) => (await respond?.(requestOf(request))) ?? { status: 503, headers: {}, body: '' },
		onFault: (error) => logger.error({ error: String(error) }, 'the dashboard could not answer'),
	});
	const door = { token, hosts: hosts.map((name) => name.toLowerCase()), cookieName: `footfall_${server.port}` };
	respond = createRespond({ door, assets, api });
	const url = urlOf(host, server.port);
	const loginUrl = options.token === undefined ? `${url}/#token=${token}` : url;
	return { url, loginUrl, stop: server.stop };
}

function checkToken(host: string, token: string | undefined): void {
	if (token === undefined && !loopback.test(host)) {
		throw new StartRefusal(
			`The dashboard listens on ${host}, where others reach it: choose a token with FOOTFALL_DASHBOARD_TOKEN, or leave --dashboard-host at 127.0.0.1.`,
		);
	}
	if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
		throw new StartRefusal('The token of the dashboard must be of letters, digits and signs, without spaces.');
	}
	if (token !== undefined && token.length < tokenCharactersMin) {
		throw new StartRefusal(
			`The token of the dashboard is too short to be a secret: give it ${tokenCharactersMin} characters or more.`,
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
