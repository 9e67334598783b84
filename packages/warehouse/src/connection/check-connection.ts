import { StartRefusal } from '@footfall/host';
import type { Warehouse } from '../client/client.js';
import { reasonOf } from '../client/reason-of.js';
import { WarehouseError } from '../client/warehouse-error.js';
import { wrongCredentials } from '../embedded/accounts.js';

const authenticationFailed = new Set([192, 193, 194, 516]);
const accessDenied = 497;
/** Answer of an embedded server of an earlier version to wrong credentials. */
const noHandler = 'There is no handle';

/**
 * Checks that the server answers, accepts the account, and has Footfall's database or lets the account create it.
 *
 * @throws StartRefusal that says which check failed, and what to do
 */
export async function checkConnection(warehouse: Warehouse): Promise<void> {
	try {
		await warehouse.createDatabase();
	} catch (error) {
		if (!(error instanceof WarehouseError)) throw error;
		throw new StartRefusal(connectionFault(error));
	}
}

const isRefusal = (message: string) => message.startsWith(noHandler) || message.startsWith(wrongCredentials);

/** One line for the operator on why a connection failed. Pure. */
export function connectionFault({
	message,
	code,
	outcome,
}: Pick<WarehouseError, 'message' | 'code' | 'outcome'>): string {
	if ((code !== undefined && authenticationFailed.has(code)) || isRefusal(message)) {
		return 'ClickHouse refuses the user or the password; correct them in CLICKHOUSE_URL';
	}
	if (code === accessDenied) {
		return 'the ClickHouse user may not create the database; grant it CREATE DATABASE, or create the database and grant the user ALL on it';
	}
	const reason = reasonOf({ message });
	if (code === undefined && outcome === 'unknown') {
		return `no ClickHouse answers at CLICKHOUSE_URL (${reason}); check the host, the port (HTTP is usually 8123), and that the server is running`;
	}
	return `the ClickHouse at CLICKHOUSE_URL refused the connection (${reason}); check the URL and the account in it`;
}
