import { type Admin, startAdmin } from './admin/admin.js';
import type { Administered } from './admin/admin-routes.js';
import { type CollectorDefaults, type CollectorOptions, collectorDefaults } from './options.js';
import { orphanedWals } from './wal/adopt-segments.js';
import { type CollectorWorker, startWorker } from './worker.js';

/** A running collector. */
export interface Collector extends Pick<CollectorWorker, AdministeredPart> {
	/** URL of the admin port. */
	readonly adminUrl: string;
}

type AdministeredPart = 'publicUrl' | 'replaceSites' | 'drained' | 'handOff' | 'stop';

/**
 * Starts a collector in this process. It also delivers the segments that workers of an earlier start have left.
 *
 * @throws StartRefusal when a port is taken, a directory belongs to another process, or an option is invalid
 */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
	const worker = await startWorker(options, { orphans: orphanedWals(options.walDirectory, 1) });
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

/** Starts the admin port of a collector. It closes last, so that a stop can be observed. */
export async function administer(
	worker: Pick<CollectorWorker, AdministeredPart>,
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
		replaceSites: (sites) => worker.replaceSites(sites),
		drained: () => worker.drained(),
		handOff: () => worker.handOff(),
		async stop() {
			await worker.stop();
			await admin.stop();
		},
	};
}
