import { type Admin, startAdmin } from './admin/admin.js';
import type { Administered } from './admin/admin-routes.js';
import { type CollectorDefaults, type CollectorOptions, collectorDefaults } from './options.js';
import { orphanedLogs } from './wal/adopt-segments.js';
import { type CollectorWorker, startWorker } from './worker.js';

/** A running collector. */
export interface Collector extends Pick<CollectorWorker, 'publicUrl' | 'drained' | 'handOff' | 'stop'> {
	/** Where operators on this machine reach it. */
	readonly adminUrl: string;
}

/**
 * Starts a collector in this process. What workers of an earlier start left in logs of their own is delivered too.
 *
 * @throws StartRefusal when a port is taken, a directory is not ours to use, or an option is wrong
 */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
	const worker = await startWorker(options, { orphans: orphanedLogs(options.logDirectory, 1) });
	return administer(
		worker,
		{ ...collectorDefaults, ...options },
		{
			metrics: async () => [await worker.metrics()],
			unreadiness: () => worker.unreadiness(),
		},
	);
}

type AdminSettings = Pick<CollectorDefaults, 'adminHost' | 'adminPort'> & Pick<CollectorOptions, 'logger'>;

/** Puts the port of operators before what works; it is the last to close, so that a stop can be watched. */
export async function administer(
	worker: Pick<CollectorWorker, 'publicUrl' | 'drained' | 'handOff' | 'stop'>,
	{ adminHost: host, adminPort: port, logger }: AdminSettings,
	administered: Administered,
): Promise<Collector> {
	let admin: Admin;
	try {
		admin = await startAdmin({ host, port, logger }, worker.publicUrl, administered);
	} catch (error) {
		await worker.stop();
		throw error;
	}
	return {
		publicUrl: worker.publicUrl,
		adminUrl: admin.url,
		drained: () => worker.drained(),
		handOff: () => worker.handOff(),
		async stop() {
			await worker.stop();
			await admin.stop();
		},
	};
}
