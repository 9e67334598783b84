import { setTimeout as sleep } from 'node:timers/promises';
import { openFilesMax, StartRefusal, urlOf } from '@footfall/host';
import { type DirectoryOwnership, ownDirectory } from '@footfall/host/kernel';
import { batchRoutes } from './accept/batch-route.js';
import { batchSocket } from './accept/batch-socket.js';
import { BodyInflater } from './accept/inflate/body-inflater.js';
import { retryAfterMs } from './accept/intake/answer.js';
import { ClientCache } from './accept/intake/client-cache.js';
import { type CountryOf, countryDatabase } from './accept/intake/country-database.js';
import { Intake } from './accept/intake/intake.js';
import { RecentBatches } from './accept/intake/recent-batches.js';
import { SiteSettings } from './accept/intake/site-settings.js';
import type { Site } from './accept/intake/site-table.js';
import { BodyValidator } from './accept/json/body-validator.js';
import { type EventsParts, eventsRoutes, segmentRoutes } from './accept/json/events-route.js';
import { trustedProxies } from './accept/limits/client-address.js';
import { FairScheduler } from './accept/limits/fair-scheduler.js';
import { MemoryBudget } from './accept/limits/memory-budget.js';
import { RateLimits } from './accept/limits/rate-limits.js';
import { listenOrRefuse } from './accept/listen-or-refuse.js';
import { scriptRoutes } from './accept/script-route.js';
import { chooseEngine, fallbackMessage } from './accept/transport/choose-engine.js';
import { logLevelOf, raiseDescriptors, withinDescriptors } from './accept/transport/descriptors.js';
import type { Engine } from './accept/transport/engine.js';
import type { Route } from './accept/transport/http.js';
import type { Server } from './accept/transport/server.js';
import type { Unreadiness } from './admin/admin-routes.js';
import { PropertyKeys } from './deliver/block/property-keys.js';
import { Deliverer } from './deliver/deliverer.js';
import { Metrics, type MetricValues, type Readings } from './metrics.js';
import { type CollectorDefaults, type CollectorOptions, collectorDefaults } from './options.js';
import { adoptSegments } from './wal/adopt-segments.js';
import { Wal } from './wal/wal.js';

/** The worker of a collector: a public port, a write-ahead log and its delivery to ClickHouse, in this process. */
export interface CollectorWorker {
	/** URL of the public port. */
	readonly publicUrl: string;
	/** Reason why the worker should get no new visitors; `undefined` if it is ready. */
	unreadiness(): Unreadiness;
	/** Returns the current metrics. */
	metrics(): Promise<MetricValues>;
	/**
	 * Puts other sites in force, with their origins and write keys, also for connections that are open.
	 *
	 * @throws StartRefusal when an origin is not valid; the earlier sites then stay in force
	 */
	replaceSites(sites: readonly Site[]): Promise<void>;
	/** Seals the WAL and resolves when all of it is delivered. Keeps waiting during an outage of ClickHouse. */
	drained(): Promise<void>;
	/**
	 * Delivers all acknowledged events without the usual pauses, for a caller that is about to read from ClickHouse.
	 * Resolves when they are stored, at the latest after `handOffMsMax`; immediately if the delivery is behind, where
	 * this would only make segments smaller.
	 */
	handOff(): Promise<void>;
	/**
	 * Stops accepting events, commits and seals the WAL, tells pages to reconnect later, and delivers as much as
	 * possible, all within `stopMs`. The rest is on disk, and the next start delivers it.
	 */
	stop(): Promise<void>;
}

/** Position of a worker in its group. */
export interface PlaceInGroup {
	/** Number of the worker, from 1; the `worker` label of its metrics. */
	worker: number;
	/** Whether other workers share its port; the kernel then spreads connections over them. */
	sharesPort: boolean;
	/** Process id of the parent, which would restart the worker. */
	groupPid: number;
}

type Settings = CollectorOptions & CollectorDefaults;

/**
 * Starts a worker: first the WAL, so that the segments of an earlier process are safe, then the port.
 *
 * @param orphans WAL directories of workers that no longer exist; this worker delivers their segments
 * @param place position of the worker in its group, if it belongs to one
 * @throws StartRefusal when the port is taken, a directory belongs to another process, or an option or the country
 * database is invalid
 */
export async function startWorker(
	options: CollectorOptions,
	{ orphans = [], place }: { orphans?: readonly string[]; place?: PlaceInGroup } = {},
): Promise<CollectorWorker> {
	const settings = withinLimits({ ...collectorDefaults, ...options }, place);
	const siteSettings = new SiteSettings(settings.sites);
	const countryOf = countryDatabase(settings.countryDatabase);
	const engine = await engineOf(settings, place);
	const ownership = ownDirectory(settings.walDirectory, 'the write-ahead log', '--data', 'owner.lock', place?.groupPid);
	try {
		for (const orphan of orphans) await adoptSegments(settings.fileSystem, orphan, settings.walDirectory);
		const metrics = new Metrics(place?.worker);
		const wal = await openWal(settings, metrics);
		return await serve(settings, {
			engine,
			siteSettings,
			countryOf,
			wal,
			metrics,
			ownership,
			sharesPort: place?.sharesPort ?? false,
		});
	} catch (error) {
		ownership.release();
		throw error;
	}
}

/** Chooses the engine. The first worker of a group logs for all if it is not the faster one. */
async function engineOf({ httpEngine, logger }: Settings, place: PlaceInGroup | undefined): Promise<Engine> {
	const { engine, fallbackReason } = await chooseEngine(httpEngine);
	if (fallbackReason !== undefined && isFirst(place)) {
		logger.warn({ engine: engine.name }, fallbackMessage(fallbackReason));
	}
	if (place?.sharesPort && engine.name === 'node' && process.platform !== 'linux') {
		throw new StartRefusal(
			'Several --workers share a port with --http-engine node on Linux only: use --workers 1, or --http-engine uws.',
		);
	}
	return engine;
}

const isFirst = (place: PlaceInGroup | undefined) => place === undefined || place.worker === 1;

/** Reduces the limits of connections to what this process may open. The first worker of a group logs it for all. */
function withinLimits(settings: Settings, place: PlaceInGroup | undefined): Settings {
	const bounded = withinDescriptors(settings);
	if (bounded !== settings && isFirst(place)) {
		const { connectionsMax, connectionsPerAddressMax } = bounded;
		settings.logger[logLevelOf(bounded)](
			{ connectionsMax, connectionsPerAddressMax, openFilesMax: openFilesMax() },
			raiseDescriptors,
		);
	}
	return bounded;
}

async function openWal(settings: Settings, metrics: Metrics): Promise<Wal> {
	const wal = await Wal.open({
		...settings,
		directory: settings.walDirectory,
		onFsync: (seconds) => metrics.fsyncSeconds.observe(seconds),
	});
	const { events, damaged } = wal.recovered;
	metrics.recovered.inc(events);
	metrics.damagedRecords.inc(damaged);
	if (events > 0 || damaged > 0)
		settings.logger.info({ events, damaged }, 'found undelivered events in the write-ahead log');
	return wal;
}

interface Parts {
	engine: Engine;
	siteSettings: SiteSettings;
	countryOf: CountryOf;
	wal: Wal;
	metrics: Metrics;
	ownership: DirectoryOwnership;
	sharesPort: boolean;
}

async function serve(
	settings: Settings,
	{ engine, siteSettings, countryOf, wal, metrics, ownership, sharesPort }: Parts,
): Promise<CollectorWorker> {
	let stopped: Promise<void> | undefined;
	const clients = new ClientCache(settings.userAgentsMax);
	const recent = new RecentBatches(settings.recentBatchesMax);
	const rateLimits = new RateLimits(settings);
	const scheduler = new FairScheduler(settings.timeSliceMs, new MemoryBudget(settings.waitingBytesMax));
	const { visitorSecret } = settings;
	const validator = new BodyValidator({
		settings: { siteSettings, visitorSecret },
		rateLimits,
		budget: new MemoryBudget(settings.waitingBytesMax),
	});
	const inflater = new BodyInflater({ rateLimits, budget: new MemoryBudget(settings.waitingBytesMax) });
	const intake = new Intake({
		siteSettings,
		wal,
		clients,
		countryOf,
		recent,
		metrics,
		rateLimits,
		scheduler,
	});
	const events = { intake, siteSettings, visitorSecret, metrics, rateLimits, scheduler, validator };
	const publicServer = await listenOrRefuse('--port', {
		engine,
		...listenSettings(settings),
		sharesPort,
		rateLimits,
		scheduler,
		inflater,
		onEnded: (cause) => metrics.connectionEnded(cause),
		routes: publicRoutes(settings, events),
		socket: batchSocket(intake, rateLimits),
	});
	const propertyKeys = countPropertyKeys(settings, siteSettings.sites.keys());
	metrics.read({
		...readingsOf(wal, settings),
		engine: engine.name,
		connections: () => publicServer.connections,
		propertyKeys: () => propertyKeys.counts(),
	});
	const deliverer = new Deliverer({
		...settings,
		wal,
		metrics,
		propertyKeys,
		backoff: { firstMs: settings.deliveryBackoffFirstMs, maxMs: settings.deliveryBackoffMaxMs },
	});
	return {
		publicUrl: urlOf(settings.host, publicServer.port),
		unreadiness: () => unreadiness(wal, stopped !== undefined),
		metrics: () => metrics.values(),
		async replaceSites(sites) {
			siteSettings.replace(sites);
			validator.sitesReplaced();
			propertyKeys.follow(siteSettings.sites.keys());
		},
		async drained() {
			await wal.seal();
			await wal.delivered();
		},
		async handOff() {
			if (wal.events === 0 || wal.segments > 1) return;
			const isOver = wal.sealDurable().then(() => wal.delivered());
			await deliverer.expedite(Promise.race([isOver, sleep(settings.handOffMsMax, undefined, { ref: false })]));
		},
		stop() {
			stopped ??= stop({
				wal,
				deliverer,
				bodyThreads: [inflater, validator],
				publicServer,
				ownership,
				stopMs: settings.stopMs,
			});
			return stopped;
		},
	};
}

/** The address and the limits of the public port. */
function listenSettings(settings: Settings) {
	const { host, port, connectionsMax, connectionsPerAddressMax, partialBodyBytesMax } = settings;
	const proxies = trustedProxies(settings.trustedProxies);
	return { host, port, proxies, connectionsMax, connectionsPerAddressMax, partialBodyBytesMax };
}

/** The routes of the public port, besides the WebSocket of pages. */
export function publicRoutes(
	{ trackerScript, vitalsScript, dataLayerScript }: Pick<Settings, `${'tracker' | 'vitals' | 'dataLayer'}Script`>,
	events: EventsParts,
): Route[] {
	return [
		...scriptRoutes('/footfall.js', trackerScript),
		...(vitalsScript ? scriptRoutes('/footfall-vitals.js', vitalsScript) : []),
		...(dataLayerScript ? scriptRoutes('/footfall-datalayer.js', dataLayerScript) : []),
		...batchRoutes(events.intake, events.metrics),
		...eventsRoutes(events),
		...segmentRoutes(events),
	];
}

function readingsOf(wal: Wal, { walBytes }: Settings): Omit<Readings, 'engine' | 'connections' | 'propertyKeys'> {
	return {
		events: () => wal.events,
		bytes: () => wal.bytes,
		bytesMax: () => walBytes,
		segments: () => wal.segments,
		oldestMs: () => wal.oldestMs,
	};
}

function countPropertyKeys({ propertyKeysMax, logger }: Settings, sites: Iterable<string>): PropertyKeys {
	return new PropertyKeys(sites, propertyKeysMax, (site) => {
		const fields = { site, keys: propertyKeysMax };
		logger.warn(
			fields,
			'the events of this site have very many property keys; all are stored, but no more are counted',
		);
	});
}

function unreadiness(wal: Wal, isStopping: boolean): Unreadiness {
	if (isStopping) return 'stopping';
	if (wal.failing) return 'failing';
	return wal.full ? 'full' : undefined;
}

interface Running {
	wal: Wal;
	deliverer: Deliverer;
	/** The threads on which bodies are inflated and validated. */
	bodyThreads: readonly { close(): Promise<void> }[];
	publicServer: Server;
	ownership: DirectoryOwnership;
	stopMs: number;
}

/** Time that pages have to answer the close frame before their connections are cut, ms. */
const closeGraceMs = 200;

async function stop({ wal, deliverer, bodyThreads, publicServer, ownership, stopMs }: Running): Promise<void> {
	const timer = new AbortController();
	// The rest of the time is reserved for closing the connections.
	const bound = sleep(Math.max(0, stopMs - 2 * closeGraceMs), undefined, { signal: timer.signal }).catch(() => {});
	publicServer.stopListening();
	publicServer.broadcast(JSON.stringify(['goodbye', retryAfterMs.stopping]));
	deliverer.finish();
	await Promise.race([Promise.all([wal.close(), ...bodyThreads.map((each) => each.close())]), bound]);
	await closeConnections(publicServer);
	await Promise.race([deliverer.done, bound]);
	timer.abort();
	deliverer.halt();
	ownership.release();
}

async function closeConnections(server: Server): Promise<void> {
	// The acks of the last commit group are sent at the end of this iteration of the event loop.
	await sleep(0);
	server.endSockets();
	for (let waitedMs = 0; waitedMs < closeGraceMs && server.connections > 0; waitedMs += 10) await sleep(10);
	server.close();
}
