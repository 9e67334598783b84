import type { Warehouse } from './client.js';
import { StartRefusal } from './start-refusal.js';
import { WarehouseError } from './warehouse-error.js';

const authenticationFailed = new Set([192, 193, 194, 516]);
const accessDenied = 497;
/** A Footfall's embedded server does not even tell whether there is such a user. */
const noHandler = 'There is no handle';

/**
 * Proves that the server answers, that the account is right and that our database is there or can be made.
 *
 * @throws StartRefusal that says which of them fails, and what to do
 */
export async function checkConnection(warehouse: Warehouse): Promise<void> {
	try {
		await warehouse.createDatabase();
	} catch (error) {
		if (!(error instanceof WarehouseError)) throw error;
		throw new StartRefusal(connectionFault(error));
	}
}

/** One line for a person. Pure. */
export function connectionFault({
	message,
	code,
	outcome,
}: Pick<WarehouseError, 'message' | 'code' | 'outcome'>): string {
	if ((code !== undefined && authenticationFailed.has(code)) || message.startsWith(noHandler)) {
		return 'ClickHouse refuses the user or the password; correct them in CLICKHOUSE_URL';
	}
	if (code === accessDenied) {
		return 'the ClickHouse user may not create the database; grant it CREATE DATABASE, or create the database and grant it all on that';
	}
	const reason = message.split('\n')[0]?.trim().slice(0, 200);
	if (code === undefined && outcome === 'unknown') {
		return `no ClickHouse answers at CLICKHOUSE_URL (${reason}); check host and port (HTTP is usually 8123) and that it is running`;
	}
	return `the ClickHouse at CLICKHOUSE_URL refuses us (${reason}); check the URL and the account in it`;
}
