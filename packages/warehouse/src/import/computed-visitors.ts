import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Warehouse } from '../client/client.js';
import { computedVisitor } from '../identity/event-visitor.js';
import { textUsers, userColumns } from './event-sql.js';
import { ImportRefusal } from './import-refusal.js';

/** Users of a page. */
const pageRows = 10_000;

/** The staged rows of a file. */
export interface StagedUsers {
	readonly path: string;
	/** Staging table of the file; the names of its other tables begin with it. */
	readonly staging: string;
	/** Latest time of stored rows, ms since 1970; 0 for no limit. */
	readonly untilMs: number;
}

/**
 * Computes the visitors of the users that are text into a table. The secret stays in this process: parameters of
 * statements are in the logs of a server, and tables are read by other accounts.
 *
 * @param visitorSecret called if there are such users; returns undefined if the secret is not known
 * @returns name of the table, which the caller drops; undefined if there are no such users
 * @throws ImportRefusal when there are such users, and the secret is not known
 */
export async function computeVisitors(
	warehouse: Warehouse,
	{ path, staging, untilMs }: StagedUsers,
	visitorSecret: (() => string | undefined) | undefined,
): Promise<string | undefined> {
	const params = { untilMs };
	const found = await warehouse.query(`${textUsers(staging)} LIMIT 1`, { params });
	if (found.length === 0) return undefined;
	const secret = visitorSecret?.();
	if (secret === undefined) throw secretUnknown(path);
	const [given, users] = [`${staging}_given_users`, usersTable(staging)];
	await dropUsers(warehouse, staging);
	for (const table of [given, users])
		await warehouse.command(`CREATE TABLE ${table} (${userColumns}) ENGINE = MergeTree ORDER BY (site, user_id)`);
	await warehouse.command(`INSERT INTO ${given} (site, user_id) ${textUsers(staging)}`, { params });
	await warehouse.insertStream(
		`INSERT INTO ${users} FORMAT JSONEachRow`,
		Readable.from(linesOf(warehouse, given, secret)),
		{ queryId: randomUUID() },
	);
	return users;
}

/** Drops the tables of users of a staging table. */
export async function dropUsers(warehouse: Warehouse, staging: string): Promise<void> {
	for (const table of [`${staging}_given_users`, usersTable(staging)])
		await warehouse.command(`DROP TABLE IF EXISTS ${table} SYNC`);
}

const usersTable = (staging: string) => `${staging}_users`;

/** The users of a table with their visitors, as lines of JSON. */
async function* linesOf(warehouse: Warehouse, table: string, secret: string): AsyncGenerator<string> {
	let after = { site: '', user_id: '' };
	for (;;) {
		const page = await warehouse.query<typeof after>(
			`SELECT site, user_id FROM ${table} WHERE (site, user_id) > ({site:String}, {user:String})
			ORDER BY site, user_id LIMIT ${pageRows}`,
			{ params: { site: after.site, user: after.user_id } },
		);
		const lines = page.map(({ site, user_id }) =>
			JSON.stringify({ site, user_id, id: String(computedVisitor(secret, site, user_id)) }),
		);
		if (lines.length > 0) yield `${lines.join('\n')}\n`;
		if (page.length < pageRows) return;
		after = page.at(-1) as typeof after;
	}
}

function secretUnknown(path: string): ImportRefusal {
	return new ImportRefusal(
		`${path} names users by text, and their visitors are computed with the secret of the collector, which is not known here: set FOOTFALL_VISITOR_SECRET to it, or give the data directory of the collector with --data, or name a visitor_id in each row; nothing of the file was stored`,
	);
}
