import { StartRefusal } from '@footfall/warehouse';
import { urlOf } from '../accept/listen-or-refuse.js';
import type { Unreadiness } from '../admin/admin-routes.js';
import { administer, type Collector } from '../collector.js';
import type { Logger } from '../logger.js';
import type { MetricValues } from '../metrics.js';
import { type CollectorDefaults, collectorDefaults } from '../options.js';
import { orphanedLogs, workerLogDirectory } from '../wal/adopt-segments.js';
import { type ForkedProcess, heapBytesMaxDefault } from './forked-process.js';
import { freePort } from './free-port.js';
import { GroupMetrics } from './group-metrics.js';
import { SupervisedWorker } from './supervised-worker.js';
import type { WorkerOptions } from './worker-calls.js';

/** Options of a collector of several processes. Bounds of connections and rates hold in each of them. */
export interface CollectorGroupOptions extends WorkerOptions {
	/** Number of worker processes, 1 or more. */
	workers: number;
	/**
	 * Maximum JavaScript heap of one worker, bytes. A worker that exceeds it ends and is restarted; what it has
	 * acknowledged is in its log. Buffers are outside the heap and have their own bounds. @default 1 GiB
	 */
	heapBytesMax?: number;
	/** A process for the first worker, forked with the same heap limit, which has loaded its code by now. */
	spare?: ForkedProcess;
	logger: Logger;
}

type Settings = CollectorGroupOptions & Omit<CollectorDefaults, 'fileSystem'>;

/** Bytes of log that a worker needs at least: a few segments. */
const logBytesMin = 64 * 1_048_576;

/**
 * Starts one worker or several on one port, each a process with a log of its own, while health and metrics are
 * answered by this process. A worker that dies is started again and delivers what it has acknowledged. Logs of
 * workers beyond these are delivered by the first.
 *
 * @throws StartRefusal when a port is taken, a directory is not ours to use, or an option is wrong
 */
export async function startCollectorGroup(options: CollectorGroupOptions): Promise<Collector> {
	const { fileSystem: _, ...defaults } = collectorDefaults;
	const settings: Settings = { ...defaults, ...options };
	if (settings.logBytesMax < settings.workers * logBytesMin) throw tooLittleLog(settings);
	const port = await freePort(settings.host, settings.port);
	const orphans = orphanedLogs(settings.logDirectory, settings.workers);
	const metrics = new GroupMetrics(settings.workers);
	const workers: SupervisedWorker[] = [];
	const startOne = async (worker: number) => {
		const place = { worker, sharesPort: settings.workers > 1, groupPid: process.pid };
		const start = { place, options: shareOf(settings, port, worker), orphans: worker === 1 ? orphans : [] };
		const bounds = { heapBytesMax: heapBytesMaxDefault, ...settings, onEnded: (ended: number) => metrics.ended(ended) };
		workers.push(await SupervisedWorker.start(start, bounds, worker === 1 ? settings.spare : undefined));
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
			metrics: () => valuesOf(metrics, workers),
			unreadiness: () => (stopping ? 'stopping' : unreadinessOf(workers)),
		},
	);
}

/** What one of them is told. All together they keep to the log's size, and on average to the pace of inserts. */
export function shareOf(settings: Settings, port: number, worker: number): WorkerOptions {
	const { workers, heapBytesMax: _, spare: __, logger: ___, ...options } = settings;
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

async function valuesOf(group: GroupMetrics, workers: readonly SupervisedWorker[]): Promise<MetricValues[]> {
	const answers = await Promise.all(
		workers.map(async (worker) => {
			const answer = await worker.metrics();
			group.asked(worker.worker, answer !== undefined);
			return answer;
		}),
	);
	return [await group.values(), ...answers.filter((each) => each !== undefined)];
}

async function unreadinessOf(workers: readonly SupervisedWorker[]): Promise<Unreadiness> {
	if (!workers.some((worker) => worker.isUp)) return 'failing';
	const all = await Promise.all(workers.map((worker) => worker.unreadiness()));
	return all.find((each) => each !== undefined);
}
