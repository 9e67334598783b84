import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type EmbeddedServer, migrate, startEmbeddedServer, type Warehouse } from '../index.js';

export { zstdOf } from './zstd-of.js';

/** A real server with a new, migrated database, for the tests of every package. */
export interface TestWarehouse {
	warehouse: Warehouse;
	server: EmbeddedServer;
	/** Data directory of the server. */
	directory: string;
	/** Opens another connection to the same database. The caller closes it. */
	connect(): Warehouse;
	/** Stops the server and removes its data directory. */
	stop(): Promise<void>;
}

/** Starts a server in a temporary directory. The runner of the tests names a folder for it, in memory if it can. */
export async function startTestWarehouse(): Promise<TestWarehouse> {
	const directory = mkdtempSync(join(process.env.FOOTFALL_TEST_WAREHOUSES ?? tmpdir(), 'footfall-warehouse-'));
	const server = await startEmbeddedServer({ directory });
	const open = () => connect({ url: server.url, ...server.writer });
	const warehouse = open();
	await migrate(warehouse);
	return {
		warehouse,
		server,
		directory,
		connect: open,
		async stop() {
			await warehouse.close();
			await server.stop();
			rmSync(directory, { recursive: true, force: true });
		},
	};
}
