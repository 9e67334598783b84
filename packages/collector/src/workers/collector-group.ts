import { freePort, StartRefusal, urlOf } from '@footfall/host';
import { siteTable } from '../accept/intake/site-table.js';
import type { Unreadiness } from '../admin/admin-routes.js';
import { administer, type Collector } from '../collector.js';
import type { Logger } from '../logger.js';
import type { MetricValues } from '../metrics.js';
import { type CollectorDefaults, collectorDefaults } from '../options.js';
import { orphanedWals, workerWalDirectory } from '../wal/adopt-segments.js';
import { type ForkedProcess, heapBytesMaxDefault } from './forked-process.js';
import { GroupMetrics } from './group-metrics.js';
import { SupervisedWorker } from './supervised-worker.js';
import type { WorkerOptions } from './worker-calls.js';

/** Options of a collector with several processes. Limits of connections and rates apply to each process. */
export interface CollectorGroupOptions extends WorkerOptions {
	/** Number of worker processes, 1 or more. */
	workers: number;
	/**
	 * Maximum JavaScript heap of one worker, bytes. A worker that exceeds it ends and is restarted; acknowledged events
	 * are in its WAL. Buffers are outside the heap and have their own limits. @default 1 GiB
	 */
	heapBytesMax?: number;
	/** A process for the first worker, forked with the same heap limit, which may have loaded its code already. */
	spare?: ForkedProcess;
	logger: Logger;
}

type Settings = CollectorGroupOptions & Omit<CollectorDefaults, 'fileSystem'>;

/** Minimum size of the WAL of one worker, bytes: a few segments. */
const walBytesMin = 64 * 1_048_576;

/**
 * Starts one or several workers on one port, each a process with a WAL of its own, and serves health and metrics in
 * this process. A worker that ends unexpectedly is restarted and delivers its acknowledged events. The first worker
 * delivers the WALs of workers that no longer exist.
 *
 * @throws StartRefusal when a port is taken, a directory belongs to another process, or an option is invalid
 */
export async function startCollectorGroup(options: CollectorGroupOptions): Promise<Collector> {
	const { fileSystem: _, ...defaults } = collectorDefaults;
	const settings: Settings = { ...defaults, ...options };
	if (settings.walBytes < settings.workers * walBytesMin) throw walTooSmall(settings);
	const port = await freePort(settings, '--port');
	const orphans = orphanedWals(settings.walDirectory, settings.workers);
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
		// The first worker starts alone, since most refusals concern all of them.
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
			async replaceSites(sites) {
				// All of them take these sites, or none does.
				siteTable(sites);
				await Promise.all(workers.map((worker) => worker.replaceSites(sites)));
			},
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

/**
 * The options of one worker. All workers together keep the maximum size of the WAL, and the interval of inserts on
 * average.
 */
export function shareOf(settings: Settings, port: number, worker: number): WorkerOptions {
	const { workers, heapBytesMax: _, spare: __, logger: ___, ...options } = settings;
	return {
		...options,
		port,
		walDirectory: workerWalDirectory(settings.walDirectory, worker),
		walBytes: Math.floor(settings.walBytes / workers),
		insertIntervalMs: settings.insertIntervalMs * workers,
	};
}

function walTooSmall({ workers, walBytes }: Settings): StartRefusal {
	const mebibytes = (bytes: number) => `${Math.floor(bytes / 1_048_576)}MiB`;
	return new StartRefusal(
		`Each of ${workers} workers needs a write-ahead log of ${mebibytes(walBytesMin)}, and --wal-bytes is ${mebibytes(walBytes)} for all of them: set it to ${mebibytes(workers * walBytesMin)} or more, or use fewer --workers.`,
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
