import { once } from 'node:events';
import type { collectorCommandOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { Origin } from '../settings/read-settings.js';
import { checkPorts } from '../stack/check-start.js';
import { collectorAddresses } from '../stack/collector-addresses.js';
import { forkCollector, startCollectorPart } from '../stack/collector-part.js';
import { sitesFileOf } from '../stack/follow-sites.js';
import { createLogger } from '../stack/logger.js';
import { Shutdown } from '../stack/shutdown.js';
import { startWarehouse } from '../stack/warehouse-part.js';
import type { Context } from '../terminal/context.js';
import { exitCodes } from '../terminal/exit-code.js';

/** `footfall collector`: runs the collector alone until SIGINT, SIGTERM or SIGHUP. */
export async function runCollector(
	settings: Settings<(typeof collectorCommandOptions)[number] | 'config'>,
	{ signal, print, progress }: Context,
	origins: Readonly<Record<'sites', Origin>>,
): Promise<number> {
	const shutdown = new Shutdown();
	const log = createLogger(settings.logLevel);
	try {
		await checkPorts(settings, collectorAddresses(settings));
		const spare = forkCollector(shutdown);
		const opened = await startWarehouse(settings, { signal, shutdown, log, progress, mayJoin: true });
		const parts = { shutdown, log, sitesFile: sitesFileOf(settings, origins) };
		const { publicUrl, adminUrl } = await startCollectorPart(settings, { ...opened, spare }, parts);
		print(`Collector    ${publicUrl}   (metrics, health: ${adminUrl})`);
		if (!signal.aborted) await once(signal, 'abort');
		print('Stopping.');
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
	return exitCodes.success;
}
