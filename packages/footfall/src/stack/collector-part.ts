import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Collector, ForkedProcess, startCollectorGroup } from '@footfall/collector';
import type { collectorCommandOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { SiteSetting } from '../settings/values/site-list.js';
import { collectorSettings } from './collector-settings.js';
import { followSites } from './follow-sites.js';
import type { Logger } from './logger.js';
import type { Shutdown } from './shutdown.js';
import { visitorSecretOf } from './visitor-secret.js';
import type { OpenedWarehouse } from './warehouse-part.js';

/**
 * Starts the collector in one or several child processes. Thus input from pages and servers cannot block or end this
 * process, which answers health and metrics requests and may run transforms and the dashboard.
 *
 * @param sites sites of the collector @default those of the settings
 * @param sitesFile settings file whose sites hold as soon as they change. @default none
 */
export async function startCollectorPart(
	settings: Settings<(typeof collectorCommandOptions)[number]>,
	{
		address,
		spare,
		sites = settings.sites,
	}: Pick<OpenedWarehouse, 'address'> & { spare: ForkedProcess; sites?: readonly SiteSetting[] },
	{ shutdown, log, sitesFile }: { shutdown: Shutdown; log: Logger; sitesFile?: string | undefined },
): Promise<Collector> {
	const collector = await startCollectorGroup({
		...collectorSettings(settings),
		walDirectory: join(settings.data, 'log'),
		sites,
		visitorSecret: visitorSecretOf(settings),
		trackerScript: readOfTracker('script'),
		vitalsScript: readOfTracker('vitals'),
		dataLayerScript: readOfTracker('datalayer'),
		logger: log,
		warehouse: address,
		workers: settings.workers,
		spare,
	});
	shutdown.add('collector', () => collector.stop());
	if (sitesFile !== undefined) {
		const followed = followSites(sitesFile, settings.sites, (sites) => collector.replaceSites(sites), log);
		shutdown.add('settings file', () => followed.stop());
	}
	return collector;
}

/** Forks a process of the collector, which loads its code while ClickHouse starts. */
export function forkCollector(shutdown: Shutdown): ForkedProcess {
	const spare = new ForkedProcess();
	shutdown.add('process of the collector', () => spare.discard());
	return spare;
}

function readOfTracker(file: 'script' | 'vitals' | 'datalayer'): Uint8Array {
	return readFileSync(createRequire(import.meta.url).resolve(`@footfall/tracker/${file}`));
}
