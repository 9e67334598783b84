import { StartRefusal } from '@footfall/host';
import type { Warehouse } from '../client/client.js';
import { reasonOf } from '../client/reason-of.js';
import { WarehouseError } from '../client/warehouse-error.js';
import { createMartsDatabase } from './marts-database.js';
import { type MigrationFile, migrationsDirectory, readMigrations } from './migration-file.js';
import { writeComments } from './table-comments.js';

/** The database cannot be migrated, because its history contradicts the files, or ClickHouse refuses a statement. */
export class MigrationRefusal extends StartRefusal {
	override name = 'MigrationRefusal';
}

/** The result of a call. */
export interface Migrated {
	/** Names of the migrations that this call applied. */
	applied: string[];
	/** Why the account cannot create the marts database, and the remedy; undefined when the database exists. */
	martsFault: string | undefined;
}

interface Recorded {
	name: string;
	checksum: string;
}

/**
 * Migrates the database: applies the numbered SQL files that it does not have, in order, and records each with its
 * checksum. Statements run only on the node that the client is connected to; call it once for each of several nodes.
 * Nothing is rolled back: after an interruption the next call applies the same file again from its start, and two
 * concurrent callers may both apply it. Every statement of a migration must therefore be able to run twice, which a
 * test checks.
 *
 * @throws MigrationRefusal when an applied file was edited, the database has migrations that this version does not
 *   know, or ClickHouse refuses a statement
 */
export async function migrate(warehouse: Warehouse, directory: string = migrationsDirectory): Promise<Migrated> {
	try {
		return await applyPending(warehouse, directory);
	} catch (error) {
		if (!(error instanceof WarehouseError)) throw error;
		const remedy = `grant the user ALL on the database "${warehouse.database}", or check that the server is running`;
		throw new MigrationRefusal(`ClickHouse refused the migrations (${reasonOf(error)}); ${remedy}`);
	}
}

async function applyPending(warehouse: Warehouse, directory: string): Promise<Migrated> {
	await warehouse.createDatabase();
	await warehouse.command(
		`CREATE TABLE IF NOT EXISTS migrations (name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
		ENGINE = ReplacingMergeTree ORDER BY name`,
	);
	const plan = planMigrations(readMigrations(directory), await recordedIn(warehouse));
	if (!plan.ok) throw new MigrationRefusal(plan.fault);
	for (const file of plan.pending) {
		try {
			for (const statement of file.statements) await apply(warehouse, statement);
		} catch (error) {
			// Another process may have applied this file, and change what a later one replaces.
			if (!(await recordedIn(warehouse)).some(({ name }) => name === file.name)) throw error;
			continue;
		}
		await warehouse.command('INSERT INTO migrations (name, checksum) VALUES ({name:String}, {checksum:String})', {
			params: { name: file.name, checksum: file.checksum },
			settings: { async_insert: 0 },
		});
	}
	await writeComments(warehouse);
	return { applied: plan.pending.map(({ name }) => name), martsFault: await createMartsDatabase(warehouse) };
}

const recordedIn = (warehouse: Warehouse) =>
	warehouse.query<Recorded>('SELECT DISTINCT name, checksum FROM migrations ORDER BY name');

/** ClickHouse's code for a column that exists. */
const duplicateColumn = 15;

/**
 * Executes a statement of a migration. The target of a renamed column exists if the statement was executed before:
 * ClickHouse has no IF NOT EXISTS for it.
 */
async function apply(warehouse: Warehouse, statement: string): Promise<void> {
	try {
		await warehouse.command(statement);
	} catch (error) {
		const isRenamed = error instanceof WarehouseError && error.code === duplicateColumn;
		if (!isRenamed || !/\bRENAME COLUMN\b/.test(statement)) throw error;
	}
}

/** The files to apply, or the reason why no file may be applied. Pure. */
export function planMigrations(
	files: readonly MigrationFile[],
	recorded: readonly Recorded[],
): { ok: true; pending: MigrationFile[] } | { ok: false; fault: string } {
	const known = new Map(files.map((file) => [file.name, file]));
	for (const { name, checksum } of recorded) {
		const file = known.get(name);
		if (!file) {
			return {
				ok: false,
				fault: `the database has migration ${name}, which this version does not know; upgrade Footfall`,
			};
		}
		if (file.checksum !== checksum) {
			return {
				ok: false,
				fault: `migration ${name} was edited after it was applied; restore the file, and make the change in a new one`,
			};
		}
	}
	const done = new Set(recorded.map(({ name }) => name));
	const pending = files.filter(({ name }) => !done.has(name));
	const last = recorded.at(-1)?.name;
	const late = pending.find(({ name }) => last !== undefined && name < last);
	if (late)
		return {
			ok: false,
			fault: `migration ${late.name} comes before ${last}, which has been applied; give it a higher number`,
		};
	return { ok: true, pending };
}
