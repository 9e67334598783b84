import type { Surroundings } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { createLog } from '../log.js';
import type { Settings } from '../option.js';
import type { warehouseOptions } from '../option-groups.js';
import { Shutdown } from '../shutdown.js';
import { type OpenedWarehouse, startWarehouse } from '../warehouse-stage.js';

/** One piece of work on the warehouse of a running `footfall up`, else on one that is started for it. */
export async function withWarehouse(
	settings: Settings<(typeof warehouseOptions)[number] | 'logLevel'>,
	{ signal }: Surroundings,
	work: (opened: OpenedWarehouse) => Promise<void> | void,
): Promise<number> {
	const shutdown = new Shutdown();
	const log = createLog(settings.logLevel);
	try {
		await work(await startWarehouse(settings, { signal, shutdown, log, mayJoin: true }));
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
	return exitCodes.success;
}
