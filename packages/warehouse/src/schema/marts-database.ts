import { createHash } from 'node:crypto';
import type { Warehouse } from '../client/client.js';
import { literal } from '../client/literal.js';
import { reasonOf } from '../client/reason-of.js';
import { WarehouseError } from '../client/warehouse-error.js';
import { derivedEventColumns, earlierEventColumns, eventColumns } from './event-columns.js';

/**
 * The marts database: a second database for people, in which SHOW TABLES lists the marts, own models and `events`, and
 * nothing else. Everything in it is a view over a table or view of the same name in Footfall's database, with the same
 * comments, so that it can be made again at any time. The views have the rights of their reader. With those of their
 * owner, ClickHouse (26.7) would evaluate the subquery for the published run once for each view and not once for each
 * statement, so that a statement could see two runs.
 */

/** ClickHouse's code for a missing right. */
const accessDenied = 497;

/** The name of the marts database. @param database Footfall's database */
export const martsDatabaseOf = (database: string): string => `${database}_marts`;

/** A table or view in Footfall's database or in the marts database. */
export interface PresentTable {
	database: string;
	name: string;
	engine: string;
	comment: string;
}

/** A view of the marts database. */
interface MartsView {
	/** The name of the view, and of the table or view in Footfall's database that it reads. */
	name: string;
	comment: string;
}

/** The changes that bring the marts database up to date. */
export interface MartsPlan {
	/** The views that are missing or differ. */
	made: MartsView[];
	/** Names of views to drop. */
	dropped: string[];
}

/** A view that Footfall has made has a hash at the end of its comment. */
const ownMark = /\((?:own )?definition [0-9a-f]{16}(?: [0-9a-f]{16})?\)$/;

const viewedEventColumns = [...eventColumns, ...derivedEventColumns].map(({ name, description }) => [
	name,
	description,
]);
/** The end of the statement of the view of events. ClickHouse ignores the FINAL of a statement that reads a view. */
const eventsEnd = 'FINAL';
const eventsHash = createHash('sha256')
	.update(JSON.stringify([viewedEventColumns, eventsEnd]))
	.digest('hex');
const eventsView: MartsView = {
	name: 'events',
	comment: `Every event, once: of several receipts of an event, the first. (definition ${eventsHash.slice(0, 16)})`,
};

/**
 * Reads the tables and views of Footfall's database and of the marts database, which has an entry without a database
 * if it exists.
 */
export async function readTables(warehouse: Warehouse): Promise<PresentTable[]> {
	return warehouse.query<PresentTable>(
		`SELECT database, name, engine, comment FROM system.tables WHERE database IN (currentDatabase(), {name:String})
		UNION ALL SELECT '', name, engine, '' FROM system.databases WHERE name = {name:String}`,
		{ params: { name: martsDatabaseOf(warehouse.database) } },
	);
}

/**
 * Decides which changes the marts database needs, or why nothing may be changed in it. Pure.
 *
 * @param present see `readTables`
 * @param database Footfall's database
 * @param isMart whether a view of Footfall's database is a mart or an own model
 */
export function planMarts(
	present: readonly PresentTable[],
	database: string,
	isMart: (view: MartsView) => boolean,
): { ok: true; plan: MartsPlan } | { ok: false; fault: string } {
	const name = martsDatabaseOf(database);
	const nothing = { ok: true as const, plan: { made: [], dropped: [] } };
	if (!present.some((one) => one.database === '')) return nothing;
	const shown = present.filter((one) => one.database === name);
	const marts = present.filter((one) => one.database === database && one.engine === 'View' && isMart(one));
	// A run replaces the views of earlier versions, whose comments do not end like this, and calls again.
	if (!marts.every(({ comment }) => ownMark.test(comment))) return nothing;
	// The view of events comes last: where it exists, all others did.
	const wanted = new Map([...marts, eventsView].map((view) => [view.name, view.comment]));
	const isOurs = ({ engine, comment }: PresentTable) => engine === 'View' && ownMark.test(comment);
	const foreign = shown.find((one) => wanted.has(one.name) && !isOurs(one));
	if (foreign !== undefined) {
		const fault = `the database "${name}" has a table "${foreign.name}" that Footfall has not made, so that it does not show the marts; rename or drop that table, or use a database of another name in CLICKHOUSE_URL`;
		return { ok: false, fault };
	}
	const known = new Map(shown.map((one) => [one.name, one.comment]));
	const made = [...wanted].map(([view, comment]) => ({ name: view, comment }));
	const plan = {
		made: made.filter((view) => known.get(view.name) !== view.comment),
		dropped: shown.filter((one) => !wanted.has(one.name) && isOurs(one)).map((one) => one.name),
	};
	return { ok: true, plan };
}

/** Whether the marts database needs no changes, by the parameters of `planMarts`. Pure. */
export function areMartsShown(...of: Parameters<typeof planMarts>): boolean {
	const decision = planMarts(...of);
	return decision.ok && decision.plan.made.length + decision.plan.dropped.length === 0;
}

/**
 * Creates the marts database if it is missing.
 *
 * @param warehouse a connection with the account that writes
 * @returns the fault and its remedy if the account may not create it; nothing else depends on the marts database
 */
export async function createMartsDatabase(warehouse: Warehouse): Promise<string | undefined> {
	const name = martsDatabaseOf(warehouse.database);
	const known = await warehouse.query('SELECT 1 FROM system.databases WHERE name = {name:String}', {
		params: { name },
	});
	if (known.length > 0) return undefined;
	return (await faultOf(warehouse, () => warehouse.command(`CREATE DATABASE IF NOT EXISTS \`${name}\``)))?.text;
}

/**
 * Brings the views of the marts database up to date with the views of Footfall's database. Every statement can be
 * repeated, so that the next call completes an interrupted one.
 *
 * @param isMart whether a view of Footfall's database is a mart or an own model
 * @returns the fault and its remedy if ClickHouse refuses it; undefined also if the marts database is missing
 */
export async function showMarts(
	warehouse: Warehouse,
	isMart: (view: MartsView) => boolean,
): Promise<string | undefined> {
	const { database } = warehouse;
	const name = martsDatabaseOf(database);
	const decision = planMarts(await readTables(warehouse), database, isMart);
	if (!decision.ok) return decision.fault;
	const { made, dropped } = decision.plan;
	if (made.length + dropped.length === 0) return undefined;
	const drops = dropped.map((view) => `DROP VIEW IF EXISTS \`${name}\`.\`${view}\``);
	let fault: string | undefined;
	for (const statement of [...drops, ...(await viewStatements(warehouse, made))]) {
		const refused = await faultOf(warehouse, () => warehouse.command(statement));
		fault ??= refused?.text;
		// One view with a fault does not keep the others from being made.
		if (refused?.isDenied) break;
	}
	return fault;
}

/**
 * The database in which people read: the marts database if it is complete and this account may read it, otherwise
 * Footfall's database.
 */
export async function databaseOfReader(warehouse: Warehouse): Promise<string> {
	const name = martsDatabaseOf(warehouse.database);
	const complete = await warehouse.query(
		"SELECT 1 FROM system.tables WHERE database = {name:String} AND name = 'events' AND engine = 'View'",
		{ params: { name } },
	);
	return complete.length > 0 ? name : warehouse.database;
}

/** The statements that create views, with the columns and comments of what they read. */
async function viewStatements({ database, query }: Warehouse, views: readonly MartsView[]): Promise<string[]> {
	const columns = await query<{ table: string; name: string; type: string; comment: string }>(
		`SELECT table, name, type, comment FROM system.columns
		WHERE database = currentDatabase() AND table IN {names:Array(String)}
			AND NOT (table = 'events' AND name IN {earlier:Array(String)})
		ORDER BY table, position`,
		{ params: { names: views.map(({ name }) => name), earlier: earlierEventColumns.map(({ name }) => name) } },
	);
	return views.map(({ name, comment }) => {
		const own = columns.filter(({ table }) => table === name);
		const list = own.map((column) => `\`${column.name}\` ${column.type} COMMENT ${literal(column.comment)}`);
		const end = name === eventsView.name ? ` ${eventsEnd}` : '';
		return `CREATE OR REPLACE VIEW \`${martsDatabaseOf(database)}\`.\`${name}\`
(
    ${list.join(',\n    ')}
)
SQL SECURITY INVOKER
AS SELECT ${own.map((column) => `\`${column.name}\``).join(', ')} FROM \`${database}\`.\`${name}\`${end}
COMMENT ${literal(comment)}`;
	});
}

/** A refusal of ClickHouse. */
interface Refused {
	/** The fault, and the statements of an administrator that help. */
	text: string;
	/** Whether the account lacks a right. */
	isDenied: boolean;
}

/** Does some work in the marts database. @returns undefined unless ClickHouse refuses it */
async function faultOf({ database, query }: Warehouse, work: () => Promise<void>): Promise<Refused | undefined> {
	try {
		await work();
		return undefined;
	} catch (error) {
		if (!(error instanceof WarehouseError) || error.outcome === 'unknown') throw error;
		const name = martsDatabaseOf(database);
		const fault = `Footfall cannot show the marts in the database "${name}" (${reasonOf(error)})`;
		if (error.code !== accessDenied) return { text: `${fault}; the next run tries it again`, isDenied: false };
		const [me] = await query<{ user: string }>('SELECT currentUser() AS user');
		// CREATE OR REPLACE makes the view under another name first and renames it, which needs the rights of a table, too.
		const statements = [
			`CREATE DATABASE IF NOT EXISTS ${name}`,
			`GRANT SELECT, INSERT, SHOW, CREATE TABLE, CREATE VIEW, DROP TABLE, DROP VIEW ON ${name}.* TO ${me?.user}`,
			`GRANT SELECT ON ${name}.* TO reader`,
		];
		const remedy = `run as an administrator, with the name of your account for readers: ${statements.join('; ')}`;
		return { text: `${fault}; ${remedy}`, isDenied: true };
	}
}
