import { join } from 'node:path';
import { connect, readServerAddress, type Warehouse } from '@footfall/warehouse';

/** Connects to the ClickHouse of a running `footfall up`, whose address it reads from the data directory. */
export function connectToData(data: string): Warehouse {
	const address = readServerAddress(join(data, 'clickhouse'));
	if (!address) throw new Error(`no ClickHouse runs on ${data}`);
	return connect({ url: address.url, ...address.writer });
}
