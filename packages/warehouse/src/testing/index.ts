import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type EmbeddedServer, migrate, startEmbeddedServer, type Warehouse } from '../index.js';
import { copyTemplate, type Preparation } from './template.js';

export type { Preparation } from './template.js';
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

/**
 * Starts a server in a temporary directory. The runner of the tests names a folder for it, in memory if it can, where
 * the servers of a run start from copies of one migrated database.
 *
 * @param preparation rows that the database has from its start, made once in a run of the tests @default none
 */
export async function startTestWarehouse(preparation?: Preparation): Promise<TestWarehouse> {
	const folder = process.env.FOOTFALL_TEST_WAREHOUSES;
	const directory = mkdtempSync(join(folder ?? tmpdir(), 'footfall-warehouse-'));
	if (folder !== undefined) await copyTemplate(folder, directory, preparation);
	const server = await startEmbeddedServer({ directory });
	const open = () => connect({ url: server.url, ...server.writer });
	const warehouse = open();
	if (folder === undefined) {
		await migrate(warehouse);
		await preparation?.prepare(warehouse);
	}
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
