import { setTimeout as sleep } from 'node:timers/promises';
import { type DirectoryOwnership, ownDirectory } from '@footfall/warehouse';
import { batchRoutes } from './accept/batch-route.js';
import { batchSocket } from './accept/batch-socket.js';
import { retryAfterMs } from './accept/intake/answer.js';
import { ClientCache } from './accept/intake/client-cache.js';
import { type CountryOf, countryDatabase } from './accept/intake/country-database.js';
import { Intake } from './accept/intake/intake.js';
import { RecentBatches } from './accept/intake/recent-batches.js';
import { siteTable } from './accept/intake/site-table.js';
import { BodyJudge } from './accept/json/body-validator.js';
import { eventsRoutes } from './accept/json/events-route.js';
import { trustedProxies } from './accept/limits/client-address.js';
import { FairTurns } from './accept/limits/fair-scheduler.js';
import { SharedRoom } from './accept/limits/memory-budget.js';
import { Admission } from './accept/limits/rate-limits.js';
import { listenOrRefuse, urlOf } from './accept/listen-or-refuse.js';
import { scriptRoutes } from './accept/script-route.js';
import { descriptorsMax, logLevelOf, raiseDescriptors, withinDescriptors } from './accept/transport/descriptors.js';
import type { Server } from './accept/transport/server.js';
import type { Unreadiness } from './admin/admin-routes.js';
import { Deliverer } from './deliver/deliverer.js';
import { PropertyKeys } from './deliver/property-keys.js';
import { Metrics, type MetricValues } from './metrics.js';
import { type CollectorDefaults, type CollectorOptions, collectorDefaults } from './options.js';
import { adoptSegments } from './wal/adopt-segments.js';
import { SegmentLog } from './wal/wal.js';

/** What takes events from pages to ClickHouse: a public port, a log and its delivery, in this process. */
export interface CollectorWorker {
	/** Where pages reach it. */
	readonly publicUrl: string;
	/** Why it should get no new visitors. */
	unreadiness(): Unreadiness;
	/** Its metrics at this moment. */
	metrics(): Promise<MetricValues>;
	/** Seals the log and resolves when everything in it is delivered; does not give up while ClickHouse is away. */
	drained(): Promise<void>;
	/**
	 * Brings what is acknowledged to ClickHouse now, for somebody who is about to read there. Resolves when it is there, and after
	 * `handOffMsMax` in any case; at once where the delivery is behind, which this would only make smaller segments for.
	 */
	handOff(): Promise<void>;
	/**
	 * Stops taking, syncs and seals the log, tells pages to connect again later, and delivers what it can, all within
	 * `stopMs`. What is not delivered by then is on disk and is delivered by the next start.
	 */
	stop(): Promise<void>;
}

/** The place of a worker in its group. */
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
 * Starts a worker: first the log, so that what an earlier process left is safe, then the port.
 *
 * @param orphans log directories of workers that there are no more; their segments are delivered by this one
 * @param place its place in a group, if it is of one
 * @throws StartRefusal when the port is taken, a directory is not ours to use, or an option or the country database is wrong
 */
export async function startWorker(
	options: CollectorOptions,
	{ orphans = [], place }: { orphans?: readonly string[]; place?: PlaceInGroup } = {},
): Promise<CollectorWorker> {
	const settings = withinLimits({ ...collectorDefaults, ...options }, place);
	const sites = siteTable(settings.sites);
	const countryOf = countryDatabase(settings.countryDatabase);
	const ownership = ownDirectory(settings.logDirectory, 'the log', '--data', 'owner.lock', place?.groupPid);
	try {
		for (const orphan of orphans) await adoptSegments(settings.fileSystem, orphan, settings.logDirectory);
		const metrics = new Metrics(place?.worker);
		const log = await openLog(settings, metrics);
		return serve(settings, { sites, countryOf, log, metrics, ownership, sharesPort: place?.sharesPort ?? false });
	} catch (error) {
		ownership.release();
		throw error;
	}
}

/** Settings with as many connections as this process may have. The first worker of a group logs it for all. */
function withinLimits(settings: Settings, place: PlaceInGroup | undefined): Settings {
	const bounded = withinDescriptors(settings);
	if (bounded !== settings && (place === undefined || place.worker === 1)) {
		const { connectionsMax, connectionsPerAddressMax } = bounded;
		settings.logger[logLevelOf(bounded)](
			{ connectionsMax, connectionsPerAddressMax, openFilesMax: descriptorsMax() },
			raiseDescriptors,
		);
	}
	return bounded;
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
	countryOf: CountryOf;
	log: SegmentLog;
	metrics: Metrics;
	ownership: DirectoryOwnership;
	sharesPort: boolean;
}

function serve(settings: Settings, { sites, countryOf, log, metrics, ownership, sharesPort }: Parts): CollectorWorker {
	let stopped: Promise<void> | undefined;
	const clients = new ClientCache(settings.userAgentsMax);
	const recent = new RecentBatches(settings.recentBatchesMax);
	const admission = new Admission(settings);
	const turns = new FairTurns(settings.turnMs, new SharedRoom(settings.waitingBytesMax));
	const judge = new BodyJudge({ sites, admission, room: new SharedRoom(settings.waitingBytesMax) });
	const intake = new Intake({ sites, log, clients, countryOf, recent, metrics, admission, turns });
	const defaultSite = settings.sites[0]?.key ?? '';
	const publicServer = listenOrRefuse('--port', {
		host: settings.host,
		port: settings.port,
		sharesPort,
		proxies: trustedProxies(settings.trustedProxies),
		connectionsMax: settings.connectionsMax,
		connectionsPerAddressMax: settings.connectionsPerAddressMax,
		partialBodyBytesMax: settings.partialBodyBytesMax,
		admission,
		turns,
		onEnded: (cause) => metrics.connectionEnded(cause),
		routes: [
			...scriptRoutes('/footfall.js', settings.trackerScript),
			...(settings.vitalsScript ? scriptRoutes('/footfall-vitals.js', settings.vitalsScript) : []),
			...batchRoutes(intake, metrics),
			...eventsRoutes({ intake, sites, metrics, admission, turns, judge, defaultSite }),
		],
		socket: batchSocket(intake, admission),
	});
	const propertyKeys = countPropertyKeys(settings, sites.keys());
	metrics.read({
		events: () => log.events,
		bytes: () => log.bytes,
		bytesMax: () => settings.logBytesMax,
		segments: () => log.segments,
		oldestMs: () => log.oldestMs,
		connections: () => publicServer.connections,
		propertyKeys: () => propertyKeys.counts(),
	});
	const deliverer = new Deliverer({
		...settings,
		log,
		metrics,
		propertyKeys,
		backoff: { firstMs: settings.deliveryBackoffFirstMs, maxMs: settings.deliveryBackoffMaxMs },
	});
	return {
		publicUrl: urlOf(settings.host, publicServer.port),
		unreadiness: () => unreadiness(log, stopped !== undefined),
		metrics: () => metrics.values(),
		async drained() {
			await log.seal();
			await log.delivered();
		},
		async handOff() {
			if (log.events === 0 || log.segments > 1) return;
			const isOver = log.sealSynced().then(() => log.delivered());
			await deliverer.hurry(Promise.race([isOver, sleep(settings.handOffMsMax, undefined, { ref: false })]));
		},
		stop() {
			stopped ??= stop({ log, deliverer, judge, publicServer, ownership, stopMs: settings.stopMs });
			return stopped;
		},
	};
}

function countPropertyKeys({ propertyKeysMax, logger }: Settings, sites: Iterable<string>): PropertyKeys {
	return new PropertyKeys(sites, propertyKeysMax, (site) => {
		const fields = { site, keys: propertyKeysMax };
		logger.warn(fields, 'pages of this site seem to make up property keys; all are stored, and no more are counted');
	});
}

function unreadiness(log: SegmentLog, isStopping: boolean): Unreadiness {
	if (isStopping) return 'stopping';
	if (log.failing) return 'failing';
	return log.full ? 'full' : undefined;
}

interface Running {
	log: SegmentLog;
	deliverer: Deliverer;
	judge: BodyJudge;
	publicServer: Server;
	ownership: DirectoryOwnership;
	stopMs: number;
}

/** Milliseconds that pages have to answer the farewell before their connections are cut. */
const farewellMs = 200;

async function stop({ log, deliverer, judge, publicServer, ownership, stopMs }: Running): Promise<void> {
	const timer = new AbortController();
	// The last of the time is kept for the farewell and for closing.
	const bound = sleep(Math.max(0, stopMs - 2 * farewellMs), undefined, { signal: timer.signal }).catch(() => {});
	publicServer.stopListening();
	publicServer.broadcast(JSON.stringify(['goodbye', retryAfterMs.stopping]));
	deliverer.finish();
	await Promise.race([Promise.all([log.close(), judge.close()]), bound]);
	await farewell(publicServer);
	await Promise.race([deliverer.done, bound]);
	timer.abort();
	deliverer.halt();
	ownership.release();
}

async function farewell(server: Server): Promise<void> {
	// The acks of the last sync are on their way: one turn of the event loop lets them out.
	await sleep(0);
	server.endSockets();
	for (let waitedMs = 0; waitedMs < farewellMs && server.connections > 0; waitedMs += 10) await sleep(10);
	server.close();
}
