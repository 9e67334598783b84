import { liveness } from '@footfall/host';
import { json } from '../accept/transport/http.js';
import { buildValues, type MetricValues, metricsContentType, metricsText } from '../metrics.js';
import type { AdminRoute } from './admin-server.js';

/** Reason why the collector should get no new visitors; `undefined` if it is ready. */
export type Unreadiness = 'stopping' | 'failing' | 'full' | undefined;

/** The state that the admin port reports. */
export interface Administered {
	/** Returns the metrics of every process. */
	metrics(): Promise<readonly MetricValues[]>;
	unreadiness(): Unreadiness | Promise<Unreadiness>;
}

/** The routes of the admin port: liveness, readiness and metrics. */
export function adminRoutes({ metrics, unreadiness }: Administered): AdminRoute[] {
	const get = (path: string, handle: AdminRoute['handle']): AdminRoute => ({ path, handle });
	// Every worker process is asked for its metrics, and formatting them takes milliseconds. Requests that arrive
	// meanwhile share the next answer, so that a flood of them does not occupy the workers and this process.
	const text = oneAtATime(async () => metricsText([await buildValues(), ...(await metrics())]));
	return [
		get('/livez', () => json(200, liveness())),
		get('/readyz', async () => {
			const reason = await unreadiness();
			return reason === undefined ? json(200, { ready: true }) : json(503, { ready: false, reason });
		}),
		get('/metrics', async () => {
			return { status: 200, headers: [['Content-Type', metricsContentType]], body: await text() };
		}),
	];
}

/**
 * Runs work once at a time. Calls during a run share the next run, so that no result is older than its call.
 *
 * @param work rejects for all calls that share the run
 */
function oneAtATime<Result>(work: () => Promise<Result>): () => Promise<Result> {
	let running: Promise<unknown> = Promise.resolve();
	let next: Promise<Result> | undefined;
	const run = () => {
		next = undefined;
		const result = work();
		running = result.catch(() => undefined);
		return result;
	};
	return () => {
		next ??= running.then(run);
		return next;
	};
}
