import { join } from 'node:path';
import {
	checkConnection,
	connect,
	migrate,
	readServerAddress,
	type Warehouse,
	type WarehouseAddress,
} from '@footfall/warehouse';
import type { warehouseOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import { noProgress, type Progress } from '../terminal/progress.js';
import type { Logger } from './logger.js';
import { martsUnshown } from './marts-unshown.js';
import type { Shutdown } from './shutdown.js';
import { superviseClickHouse } from './supervise-clickhouse.js';

/** A connection to a ClickHouse that has Footfall's tables. */
export interface OpenedWarehouse {
	warehouse: Warehouse;
	/** Address with credentials, for other processes of Footfall. */
	address: WarehouseAddress;
	/** Address with the read-only account if there is one, otherwise the same as `address`. */
	readerAddress: WarehouseAddress;
	embedded: boolean;
	/** URL without credentials. */
	url: string;
	/** Names of the migrations that were applied now. */
	applied: readonly string[];
}

/**
 * Connects to the ClickHouse of the settings, else starts an embedded one, and migrates it.
 *
 * @param progress tells that ClickHouse is being started or migrated. @default nothing
 * @param mayJoin whether to use the embedded ClickHouse of a running `footfall up` on the same data, if there is one
 */
export async function startWarehouse(
	settings: Settings<(typeof warehouseOptions)[number]>,
	{
		signal,
		shutdown,
		log,
		progress = noProgress,
		mayJoin = false,
	}: { signal: AbortSignal; shutdown: Shutdown; log: Logger; progress?: Progress; mayJoin?: boolean },
): Promise<OpenedWarehouse> {
	const { clickhouseUrl, data, clickhousePort: port } = settings;
	const directory = join(data, 'clickhouse');
	const running = mayJoin && clickhouseUrl === undefined ? readServerAddress(directory) : undefined;
	const server =
		clickhouseUrl === undefined
			? (running ??
				(await progress('Starting ClickHouse', superviseClickHouse({ directory, port, signal, shutdown, log }))))
			: undefined;
	const address = server ? { url: server.url, ...server.writer } : { url: clickhouseUrl ?? '' };
	const readerAddress = server ? { url: server.url, ...server.reader } : address;
	const warehouse = connect(address);
	shutdown.add('ClickHouse client', () => warehouse.close());
	await checkConnection(warehouse);
	signal.throwIfAborted();
	const { applied, martsFault } = await progress('Migrating the tables', migrate(warehouse));
	if (martsFault !== undefined) log.warn({ fault: martsFault }, martsUnshown);
	if (applied.length > 0) log.info({ applied }, 'migrations applied');
	signal.throwIfAborted();
	const url = withoutCredentials(address.url);
	return { warehouse, address, readerAddress, embedded: clickhouseUrl === undefined, url, applied };
}

function withoutCredentials(url: string): string {
	const { origin, pathname } = new URL(url);
	return origin + pathname.replace(/\/$/, '');
}
