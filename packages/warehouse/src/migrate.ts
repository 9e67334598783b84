import type { Warehouse } from './client.js';
import { type MigrationFile, migrationsDirectory, readMigrations } from './migration-file.js';
import { StartRefusal } from './start-refusal.js';
import { WarehouseError } from './warehouse-error.js';

/** The history in the database and the files do not fit. */
export class MigrationRefusal extends StartRefusal {
	override name = 'MigrationRefusal';
}

interface Recorded {
	name: string;
	checksum: string;
}

/**
 * Brings the database up to date: applies the numbered SQL files that it does not have, in order, and records each with
 * its checksum. Statements are applied to the one node that the client speaks to; for several nodes call it for each.
 * Nothing is undone: where it was cut off, the next call applies the same file again from its start, and two callers at
 * once may both apply it. So every statement of a migration must be one that can run twice (tested).
 *
 * @throws MigrationRefusal when an applied file was edited, the database has migrations that this code does not know, or
 *   ClickHouse does not take a statement
 */
export async function migrate(
	warehouse: Warehouse,
	directory: string = migrationsDirectory,
): Promise<{ applied: string[] }> {
	try {
		return await applyPending(warehouse, directory);
	} catch (error) {
		if (!(error instanceof WarehouseError)) throw error;
		const reason = error.message.split('\n')[0]?.trim().slice(0, 200);
		const remedy = `grant the user all on the database "${warehouse.database}", or see whether the server still runs`;
		throw new MigrationRefusal(`ClickHouse does not take the migrations (${reason}); ${remedy}`);
	}
}

async function applyPending(warehouse: Warehouse, directory: string): Promise<{ applied: string[] }> {
	await warehouse.createDatabase();
	await warehouse.command(
		`CREATE TABLE IF NOT EXISTS migrations (name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
		ENGINE = ReplacingMergeTree ORDER BY name`,
	);
	const recorded = await warehouse.query<Recorded>('SELECT DISTINCT name, checksum FROM migrations ORDER BY name');
	const plan = planMigrations(readMigrations(directory), recorded);
	if (!plan.ok) throw new MigrationRefusal(plan.fault);
	for (const file of plan.pending) {
		for (const statement of file.statements) await warehouse.command(statement);
		await warehouse.command('INSERT INTO migrations (name, checksum) VALUES ({name:String}, {checksum:String})', {
			params: { name: file.name, checksum: file.checksum },
			settings: { async_insert: 0 },
		});
	}
	return { applied: plan.pending.map(({ name }) => name) };
}

/** Which files are to be applied, or why none may be. Pure. */
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
				fault: `migration ${name} was edited after it was applied; restore the file and put the change into a new one`,
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
			fault: `migration ${late.name} comes before ${last}, which is applied; give it a higher number`,
		};
	return { ok: true, pending };
}
