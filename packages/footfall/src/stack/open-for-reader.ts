import { checkConnection, connect, type WarehouseAddress } from '@footfall/warehouse';
import type { warehouseOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { Progress } from '../terminal/progress.js';
import type { Logger } from './logger.js';
import type { Shutdown } from './shutdown.js';
import { type OpenedWarehouse, startWarehouse } from './warehouse-part.js';

/** A ClickHouse that is opened for a reader. */
export interface OpenedForReader {
	/** Address with the read-only account if there is one, otherwise with the account of `--clickhouse-url`. */
	readerAddress: WarehouseAddress;
	/** The migrated warehouse of the embedded server; undefined for a server of the settings. */
	embedded: OpenedWarehouse | undefined;
}

/**
 * Opens ClickHouse for a command that reads: the server of `--clickhouse-reader-url` or `--clickhouse-url`, else that
 * of a running `footfall up`, else an embedded one. A server of the settings is not migrated, because its account may
 * be read-only.
 */
export async function openForReader(
	settings: Settings<(typeof warehouseOptions)[number] | 'clickhouseReaderUrl'>,
	context: { signal: AbortSignal; shutdown: Shutdown; log: Logger; progress: Progress },
): Promise<OpenedForReader> {
	const { clickhouseUrl, clickhouseReaderUrl } = settings;
	const url = clickhouseReaderUrl ?? clickhouseUrl;
	if (url === undefined) {
		const embedded = await startWarehouse(settings, { ...context, mayJoin: true });
		return { readerAddress: embedded.readerAddress, embedded };
	}
	const warehouse = connect({ url });
	try {
		await checkConnection(warehouse);
	} finally {
		await warehouse.close();
	}
	return { readerAddress: { url }, embedded: undefined };
}
