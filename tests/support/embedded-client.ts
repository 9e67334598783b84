import { join } from 'node:path';
import { connect, readServerAddress, type Warehouse } from '@footfall/warehouse';

/** A connection to the ClickHouse of a running `footfall up`, by the file it leaves in its data directory. */
export function connectToData(data: string): Warehouse {
	const address = readServerAddress(join(data, 'clickhouse'));
	if (!address) throw new Error(`no ClickHouse runs on ${data}`);
	return connect({ url: address.url, ...address.writer });
}
