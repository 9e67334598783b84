import { once } from 'node:events';
import { checkConnection, connect, type Warehouse, type WarehouseAddress } from '@footfall/warehouse';
import type { Surroundings } from '../command.js';
import { startDashboardStage } from '../dashboard-stage.js';
import { exitCodes } from '../exit-code.js';
import { createLog, type Log } from '../log.js';
import type { Settings } from '../option.js';
import type { dashboardCommandOptions } from '../option-groups.js';
import { Shutdown } from '../shutdown.js';
import { startWarehouse } from '../warehouse-stage.js';

type DashboardSettings = Settings<(typeof dashboardCommandOptions)[number]>;

/** `footfall dashboard`: the dashboard alone, until a signal comes. */
export async function runDashboard(settings: DashboardSettings, { signal, print }: Surroundings): Promise<number> {
	const shutdown = new Shutdown();
	const log = createLog(settings.logLevel);
	try {
		const opened = await openWarehouse(settings, { signal, shutdown, log });
		const { loginUrl } = await startDashboardStage(settings, opened, { shutdown, log });
		print(`Dashboard    ${loginUrl}`);
		if (!signal.aborted) await once(signal, 'abort');
		print('Stopping.');
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
	return exitCodes.success;
}

/** A server that is named is only read, so that the account may be one that cannot migrate. */
async function openWarehouse(
	settings: DashboardSettings,
	surroundings: { signal: AbortSignal; shutdown: Shutdown; log: Log },
): Promise<{ readerAddress: WarehouseAddress; writer: Warehouse | undefined }> {
	const { clickhouseUrl, clickhouseReaderUrl } = settings;
	const url = clickhouseReaderUrl ?? clickhouseUrl;
	if (url === undefined) {
		const { readerAddress, warehouse } = await startWarehouse(settings, { ...surroundings, mayJoin: true });
		return { readerAddress, writer: warehouse };
	}
	const warehouse = connect({ url });
	try {
		await checkConnection(warehouse);
	} finally {
		await warehouse.close();
	}
	const writer = clickhouseUrl === undefined ? undefined : connect({ url: clickhouseUrl });
	if (writer) surroundings.shutdown.add('ClickHouse client', () => writer.close());
	return { readerAddress: { url }, writer };
}
