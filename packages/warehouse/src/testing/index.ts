import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type EmbeddedServer, migrate, startEmbeddedServer, type Warehouse } from '../index.js';

/** A real server with a fresh, migrated database, for the tests of every package. */
export interface TestWarehouse {
	warehouse: Warehouse;
	server: EmbeddedServer;
	/** Its data directory. */
	directory: string;
	/** A connection of its own to the same database. */
	connect(): Warehouse;
	stop(): Promise<void>;
}

/** Starts one in a temporary directory, which `stop` removes. */
export async function startTestWarehouse(): Promise<TestWarehouse> {
	const directory = mkdtempSync(join(tmpdir(), 'footfall-warehouse-'));
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
