import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Warehouse } from '@footfall/warehouse';
import type { TestWarehouse } from '@footfall/warehouse/testing';

const folder = new URL('../command/earlier-data/', import.meta.url);

/** Files with the tables, views and rows that earlier versions wrote, the oldest first. */
export const earlierMarts: readonly string[] = readdirSync(folder)
	.filter((file) => file.endsWith('.sql'))
	.sort();

/** Creates a database with the tables, views and rows of an earlier version. */
export async function createEarlierMarts(
	{ server }: TestWarehouse,
	fixture: string,
	purpose: string,
): Promise<Warehouse> {
	const database = `footfall_${purpose}_${fixture.replaceAll(/\W/g, '_')}`;
	const warehouse = connect({ url: server.url, ...server.writer, database });
	await warehouse.createDatabase();
	const statements = readFileSync(new URL(fixture, folder), 'utf8').split(/;\n/);
	for (const statement of statements.filter((text) => text.trim() !== ''))
		await warehouse.command(statement, { settings: { async_insert: 0 } });
	return warehouse;
}
