import { once } from 'node:events';
import { connect, type Warehouse, type WarehouseAddress } from '@footfall/warehouse';
import type { dashboardCommandOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import { checkPorts, dashboardAddress } from '../stack/check-start.js';
import { startDashboardPart } from '../stack/dashboard-part.js';
import { createLogger, type Logger } from '../stack/logger.js';
import { openForReader } from '../stack/open-for-reader.js';
import { Shutdown } from '../stack/shutdown.js';
import type { Context } from '../terminal/context.js';
import { exitCodes } from '../terminal/exit-code.js';
import type { Progress } from '../terminal/progress.js';

type DashboardSettings = Settings<(typeof dashboardCommandOptions)[number]>;

/** `footfall dashboard`: runs the dashboard alone until SIGINT, SIGTERM or SIGHUP. */
export async function runDashboard(settings: DashboardSettings, { signal, print, progress }: Context): Promise<number> {
	const shutdown = new Shutdown();
	const log = createLogger(settings.logLevel);
	try {
		await checkPorts(settings, [dashboardAddress(settings)]);
		const opened = await openWarehouse(settings, { signal, shutdown, log, progress });
		const { loginUrl } = await startDashboardPart(settings, { ...opened, money: settings.sites }, { shutdown, log });
		print(`Dashboard    ${loginUrl}`);
		if (!signal.aborted) await once(signal, 'abort');
		print('Stopping.');
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
	return exitCodes.success;
}

/** Opens ClickHouse, with a second connection for what the reader cannot read if there is another account. */
async function openWarehouse(
	settings: DashboardSettings,
	context: { signal: AbortSignal; shutdown: Shutdown; log: Logger; progress: Progress },
): Promise<{ readerAddress: WarehouseAddress; writer: Warehouse | undefined }> {
	const { readerAddress, embedded } = await openForReader(settings, context);
	if (embedded) return { readerAddress, writer: embedded.warehouse };
	const { clickhouseUrl } = settings;
	const writer = clickhouseUrl === undefined ? undefined : connect({ url: clickhouseUrl });
	if (writer) context.shutdown.add('ClickHouse client', () => writer.close());
	return { readerAddress, writer };
}
