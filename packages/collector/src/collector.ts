import { setTimeout as sleep } from 'node:timers/promises';
import { type DirectoryOwnership, ownDirectory, StartRefusal } from '@footfall/warehouse';
import { adminRoutes, type Unreadiness } from './accept/admin-routes.js';
import { Admission } from './accept/admission.js';
import { retryAfterMs } from './accept/answer.js';
import { batchRoutes } from './accept/batch-route.js';
import { batchSocket } from './accept/batch-socket.js';
import { trustedProxies } from './accept/client-address.js';
import { ClientCache } from './accept/client-cache.js';
import { docsRoutes } from './accept/docs-routes.js';
import { eventsRoutes } from './accept/events-route.js';
import { Intake } from './accept/intake.js';
import { RecentBatches } from './accept/recent-batches.js';
import { scriptRoutes } from './accept/script-route.js';
import { listen, type Server, type ServerOptions } from './accept/server.js';
import { siteTable } from './accept/site-table.js';
import { Deliverer } from './deliver/deliverer.js';
import { SegmentLog } from './log/log.js';
import { Metrics } from './metrics.js';
import { type CollectorDefaults, type CollectorOptions, collectorDefaults } from './options.js';

/** A running collector. */
export interface Collector {
	/** Where pages reach it. */
	readonly publicUrl: string;
	/** Where operators on this machine reach it. */
	readonly adminUrl: string;
	/** Seals the log and resolves when everything in it is delivered; does not give up while ClickHouse is away. */
	drained(): Promise<void>;
	/**
	 * Stops taking, syncs and seals the log, tells pages to connect again later, and delivers what it can, all within
	 * `stopMs`. What is not delivered by then is on disk and is delivered by the next start.
	 */
	stop(): Promise<void>;
}

type Settings = CollectorOptions & CollectorDefaults;

/**
 * Starts a collector: first the log, so that what an earlier process left is safe, then the ports.
 *
 * @throws StartRefusal when a port is taken, the directory is not ours to use, or an option is wrong
 */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
	const settings: Settings = { ...collectorDefaults, ...options };
	const sites = siteTable(settings.sites);
	const ownership = await ownDirectory(settings.logDirectory, 'the log');
	try {
		const metrics = new Metrics();
		const log = await openLog(settings, metrics);
		return serve(settings, { sites, log, metrics, ownership });
	} catch (error) {
		await ownership.release();
		throw error;
	}
}

async function openLog(settings: Settings, metrics: Metrics): Promise<SegmentLog> {
	const log = await SegmentLog.open({
		...settings,
		directory: settings.logDirectory,
		quotaBytes: settings.logBytesMax,
		onSynced: (seconds) => metrics.syncSeconds.observe(seconds),
	});
	const { events, damaged } = log.recovered;
	metrics.recovered.inc(events);
	metrics.damagedRecords.inc(damaged);
	if (events > 0 || damaged > 0) settings.logger.info({ events, damaged }, 'found undelivered events in the log');
	return log;
}

interface Parts {
	sites: ReturnType<typeof siteTable>;
	log: SegmentLog;
	metrics: Metrics;
	ownership: DirectoryOwnership;
}

function serve(settings: Settings, { sites, log, metrics, ownership }: Parts): Collector {
	let stopped: Promise<void> | undefined;
	const clients = new ClientCache(settings.userAgentsMax);
	const recent = new RecentBatches(settings.recentBatchesMax);
	const intake = new Intake({ sites, log, clients, recent, metrics, admission: new Admission(settings) });
	const defaultSite = settings.sites[0]?.key ?? '';
	const publicServer = listenOrRefuse('--port', {
		host: settings.host,
		port: settings.port,
		proxies: trustedProxies(settings.trustedProxies),
		connectionsMax: settings.connectionsMax,
		connectionsPerAddressMax: settings.connectionsPerAddressMax,
		routes: [
			...scriptRoutes(settings.trackerScript),
			...batchRoutes(intake, metrics),
			...eventsRoutes({ intake, sites, metrics, defaultSite }),
		],
		socket: batchSocket(intake, metrics),
	});
	const publicUrl = urlOf(settings.host, publicServer.port);
	let adminServer: Server;
	try {
		const routes = [...adminRoutes(metrics, () => unreadiness(log, stopped !== undefined)), ...docsRoutes(publicUrl)];
		adminServer = listenOrRefuse('--admin-port', { host: '127.0.0.1', port: settings.adminPort, routes });
	} catch (error) {
		publicServer.close();
		throw error;
	}
	metrics.read({
		events: () => log.events,
		bytes: () => log.bytes,
		segments: () => log.segments,
		oldestMs: () => log.oldestMs,
		connections: () => publicServer.connections,
	});
	const deliverer = new Deliverer({
		...settings,
		log,
		metrics,
		backoff: { firstMs: settings.deliveryBackoffFirstMs, maxMs: settings.deliveryBackoffMaxMs },
	});
	return {
		publicUrl,
		adminUrl: urlOf('127.0.0.1', adminServer.port),
		async drained() {
			await log.seal();
			await log.delivered();
		},
		stop() {
			stopped ??= stop({ log, deliverer, publicServer, adminServer, ownership, stopMs: settings.stopMs });
			return stopped;
		},
	};
}

function unreadiness(log: SegmentLog, isStopping: boolean): Unreadiness {
	if (isStopping) return 'stopping';
	if (log.failing) return 'failing';
	return log.full ? 'full' : undefined;
}

interface Running {
	log: SegmentLog;
	deliverer: Deliverer;
	publicServer: Server;
	adminServer: Server;
	ownership: DirectoryOwnership;
	stopMs: number;
}

/** Milliseconds that pages have to answer the farewell before their connections are cut. */
const farewellMs = 200;

async function stop({ log, deliverer, publicServer, adminServer, ownership, stopMs }: Running): Promise<void> {
	const timer = new AbortController();
	// The last of the time is kept for the farewell and for closing.
	const bound = sleep(Math.max(0, stopMs - 2 * farewellMs), undefined, { signal: timer.signal }).catch(() => {});
	publicServer.stopListening();
	publicServer.broadcast(JSON.stringify(['goodbye', retryAfterMs.stopping]));
	deliverer.finish();
	await Promise.race([log.close(), bound]);
	await farewell(publicServer);
	await Promise.race([deliverer.done, bound]);
	timer.abort();
	deliverer.halt();
	adminServer.close();
	await ownership.release();
}

async function farewell(server: Server): Promise<void> {
	// The acks of the last sync are on their way: one turn of the event loop lets them out.
	await sleep(0);
	server.endSockets();
	for (let waitedMs = 0; waitedMs < farewellMs && server.connections > 0; waitedMs += 10) await sleep(10);
	server.close();
}

function listenOrRefuse(flag: string, options: ServerOptions): Server {
	const server = listen(options);
	if (server !== undefined) return server;
	const { host, port } = options;
	throw new StartRefusal(
		`Cannot listen on port ${port} of ${host}: it is taken, or not ours to use. Stop what listens there, or choose another with ${flag}.`,
	);
}

function urlOf(host: string, port: number): string {
	const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
	return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
