import { StartRefusal } from '@footfall/warehouse';
import type { Unreadiness } from '../accept/admin-routes.js';
import { urlOf } from '../accept/listen-or-refuse.js';
import { administer, type Collector } from '../collector.js';
import { orphanedLogs, workerLogDirectory } from '../log/adopt-segments.js';
import type { Logger } from '../logger.js';
import { type MetricValues, processRegistry } from '../metrics.js';
import { type CollectorDefaults, collectorDefaults } from '../options.js';
import { freePort } from './free-port.js';
import { SupervisedWorker } from './supervised-worker.js';
import type { WorkerOptions } from './worker-calls.js';

/** Options of a collector of several processes. Bounds of connections and rates hold in each of them. */
export interface CollectorGroupOptions extends WorkerOptions {
	/** Processes that take events, 2 or more. */
	workers: number;
	logger: Logger;
}

type Settings = CollectorGroupOptions & Omit<CollectorDefaults, 'fileSystem'>;

/** Bytes of log that a worker needs at least: a few segments. */
const logBytesMin = 64 * 1_048_576;

/**
 * Starts several workers on one port, each a process with a log of its own. A worker that dies is started again and
 * delivers what it has acknowledged. Logs of workers beyond these are delivered by the first.
 *
 * @throws StartRefusal when a port is taken, a directory is not ours to use, or an option is wrong
 */
export async function startCollectorGroup(options: CollectorGroupOptions): Promise<Collector> {
	const { fileSystem: _, ...defaults } = collectorDefaults;
	const settings: Settings = { ...defaults, ...options };
	if (settings.logBytesMax < settings.workers * logBytesMin) throw tooLittleLog(settings);
	const port = await freePort(settings.host, settings.port);
	const orphans = orphanedLogs(settings.logDirectory, settings.workers);
	const workers: SupervisedWorker[] = [];
	const startOne = async (worker: number) => {
		const start = { worker, options: shareOf(settings, port, worker), orphans: worker === 1 ? orphans : [] };
		workers.push(await SupervisedWorker.start(start, settings));
	};
	const stop = async () => {
		await Promise.all(workers.map((worker) => worker.stop()));
	};
	try {
		// The first alone: most refusals are told by one of them.
		await startOne(1);
		const others = Array.from({ length: settings.workers - 1 }, (_, i) => startOne(i + 2));
		const refused = (await Promise.allSettled(others)).find((each) => each.status === 'rejected');
		if (refused !== undefined) throw refused.reason;
	} catch (error) {
		await stop();
		throw error;
	}
	const registry = processRegistry();
	registry.setDefaultLabels({ worker: 'group' });
	let stopping = false;
	return administer(
		{
			publicUrl: urlOf(settings.host, port),
			async drained() {
				await Promise.all(workers.map((worker) => worker.drained()));
			},
			async handOff() {
				await Promise.all(workers.map((worker) => worker.handOff()));
			},
			stop() {
				stopping = true;
				return stop();
			},
		},
		settings,
		{
			metrics: async () => [await registry.getMetricsAsJSON(), ...(await valuesOf(workers))],
			unreadiness: () => (stopping ? 'stopping' : unreadinessOf(workers)),
		},
	);
}

/** What one of them is told. All together they keep to the log's size, and on average to the pace of inserts. */
export function shareOf(settings: Settings, port: number, worker: number): WorkerOptions {
	const { workers, logger: _, ...options } = settings;
	return {
		...options,
		port,
		logDirectory: workerLogDirectory(settings.logDirectory, worker),
		logBytesMax: Math.floor(settings.logBytesMax / workers),
		insertIntervalMs: settings.insertIntervalMs * workers,
	};
}

function tooLittleLog({ workers, logBytesMax }: Settings): StartRefusal {
	const mebibytes = (bytes: number) => `${Math.floor(bytes / 1_048_576)}MiB`;
	return new StartRefusal(
		`Each of ${workers} workers needs ${mebibytes(logBytesMin)} of log, and --log-bytes is ${mebibytes(logBytesMax)} for all of them: give it ${mebibytes(workers * logBytesMin)} or more, or use fewer --workers.`,
	);
}

async function valuesOf(workers: readonly SupervisedWorker[]): Promise<MetricValues[]> {
	const values = await Promise.all(workers.map((worker) => worker.metrics()));
	return values.filter((each) => each !== undefined);
}

async function unreadinessOf(workers: readonly SupervisedWorker[]): Promise<Unreadiness> {
	if (!workers.some((worker) => worker.isUp)) return 'failing';
	const all = await Promise.all(workers.map((worker) => worker.unreadiness()));
	return all.find((each) => each !== undefined);
}
