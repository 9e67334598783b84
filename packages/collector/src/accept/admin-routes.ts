import type { Metrics } from '../metrics.js';
import { json, type Route } from './http.js';

/** Why the collector should get no new visitors; `undefined` when all is well. */
export type Unreadiness = 'stopping' | 'failing' | 'full' | undefined;

/** For operators, on the loopback port only. */
export function adminRoutes(metrics: Metrics, unreadiness: () => Unreadiness): Route[] {
	const get = (path: string, handle: Route['handle']): Route => ({ method: 'get', path, bodyBytesMax: 0, handle });
	return [
		get('/livez', () => json(200, { live: true })),
		get('/readyz', () => {
			const reason = unreadiness();
			return reason === undefined ? json(200, { ready: true }) : json(503, { ready: false, reason });
		}),
		get('/metrics', async () => {
			const { registry } = metrics;
			return { status: 200, headers: [['Content-Type', registry.contentType]], body: await registry.metrics() };
		}),
	];
}
