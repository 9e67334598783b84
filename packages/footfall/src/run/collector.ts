import { once } from 'node:events';
import { forkCollector, startCollectorStage } from '../collector-stage.js';
import type { Surroundings } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { createLog } from '../log.js';
import type { Settings } from '../option.js';
import type { collectorCommandOptions } from '../option-groups.js';
import { Shutdown } from '../shutdown.js';
import { startWarehouse } from '../warehouse-stage.js';

/** `footfall collector`: the collector alone, until a signal comes. */
export async function runCollector(
	settings: Settings<(typeof collectorCommandOptions)[number]>,
	{ signal, print }: Surroundings,
): Promise<number> {
	const shutdown = new Shutdown();
	const log = createLog(settings.logLevel);
	try {
		const spare = forkCollector(shutdown);
		const opened = await startWarehouse(settings, { signal, shutdown, log, mayJoin: true });
		const { publicUrl, adminUrl } = await startCollectorStage(settings, { ...opened, spare }, { shutdown, log });
		print(`Collector    ${publicUrl}   (metrics, health: ${adminUrl})`);
		if (!signal.aborted) await once(signal, 'abort');
		print('Stopping.');
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
	return exitCodes.success;
}
