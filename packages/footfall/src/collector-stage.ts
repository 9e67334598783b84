import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Collector, startCollector, startCollectorGroup } from '@footfall/collector';
import { collectorSettings } from './collector-settings.js';
import type { Log } from './log.js';
import type { Settings } from './option.js';
import type { collectorCommandOptions } from './option-groups.js';
import type { Shutdown } from './shutdown.js';
import type { OpenedWarehouse } from './warehouse-stage.js';

/** Starts the collector, in this process or as several of its own. */
export async function startCollectorStage(
	settings: Settings<(typeof collectorCommandOptions)[number]>,
	{ warehouse, address }: Pick<OpenedWarehouse, 'warehouse' | 'address'>,
	{ shutdown, log }: { shutdown: Shutdown; log: Log },
): Promise<Collector> {
	const options = {
		...collectorSettings(settings),
		logDirectory: join(settings.data, 'log'),
		sites: settings.sites,
		trackerScript: readOfTracker('script'),
		vitalsScript: readOfTracker('vitals'),
		logger: log,
	};
	const { workers } = settings;
	const collector = await (workers === 1
		? startCollector({ ...options, warehouse })
		: startCollectorGroup({ ...options, warehouse: address, workers }));
	shutdown.add('collector', () => collector.stop());
	return collector;
}

function readOfTracker(file: 'script' | 'vitals'): Uint8Array {
	return readFileSync(createRequire(import.meta.url).resolve(`@footfall/tracker/${file}`));
}
