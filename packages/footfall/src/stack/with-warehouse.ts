import type { warehouseOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { Context } from '../terminal/context.js';
import { exitCodes } from '../terminal/exit-code.js';
import { createLogger } from './logger.js';
import { Shutdown } from './shutdown.js';
import { type OpenedWarehouse, startWarehouse } from './warehouse-part.js';

/**
 * Runs one task on ClickHouse: the server of `--clickhouse-url`, else that of a running `footfall up`, else an embedded
 * one that is started for the task.
 *
 * @returns the exit code of success
 */
export async function withWarehouse(
	settings: Settings<(typeof warehouseOptions)[number] | 'logLevel'>,
	{ signal, progress }: Context,
	work: (opened: OpenedWarehouse) => Promise<void> | void,
): Promise<number> {
	const shutdown = new Shutdown();
	const log = createLogger(settings.logLevel);
	try {
		await work(await startWarehouse(settings, { signal, shutdown, log, progress, mayJoin: true }));
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
	return exitCodes.success;
}
