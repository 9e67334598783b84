import { type MetricValues, metricsContentType, metricsText } from '../metrics.js';
import { json, type Route } from './http.js';

/** Why the collector should get no new visitors; `undefined` when all is well. */
export type Unreadiness = 'stopping' | 'failing' | 'full' | undefined;

/** What operators look at. */
export interface Administered {
	/** Of every process. */
	metrics(): Promise<readonly MetricValues[]>;
	unreadiness(): Unreadiness | Promise<Unreadiness>;
}

/** For operators, on the loopback port only. */
export function adminRoutes({ metrics, unreadiness }: Administered): Route[] {
	const get = (path: string, handle: Route['handle']): Route => ({ method: 'get', path, bodyBytesMax: 0, handle });
	return [
		get('/livez', () => json(200, { live: true })),
		get('/readyz', async () => {
			const reason = await unreadiness();
			return reason === undefined ? json(200, { ready: true }) : json(503, { ready: false, reason });
		}),
		get('/metrics', async () => {
			const body = await metricsText(await metrics());
			return { status: 200, headers: [['Content-Type', metricsContentType]], body };
		}),
	];
}
