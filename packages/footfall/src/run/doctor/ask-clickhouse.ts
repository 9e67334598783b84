import { StartRefusal } from '@footfall/host';
import { type Finding, fault, ok } from './finding.js';

/** Longest time for an answer, ms. */
const answerMsMax = 10_000;
const unknownDatabase = 81;

/** Answer of a ClickHouse server of the settings. */
export interface ServerAnswer {
	finding: Finding;
	/** How far its clock is ahead of this one, ms; undefined if it does not answer. */
	aheadMs: number | undefined;
}

/**
 * Asks a ClickHouse server for its version and its time. It changes nothing there.
 *
 * @param variable the setting that has the URL
 */
export async function askClickHouse(url: string, variable: string): Promise<ServerAnswer> {
	const remedy = `correct ${variable}, or start the server`;
	try {
		// Loads native code, whose absence another finding names.
		const { connect, connectionFault, WarehouseError } = await import('@footfall/warehouse');
		const warehouse = connect({ url });
		try {
			const sql = 'SELECT version() AS version, toString(toUnixTimestamp64Milli(now64(3))) AS ms';
			const [row] = await warehouse.query<{ version: string; ms: string }>(sql, { msMax: answerMsMax });
			return {
				finding: ok(variable, `ClickHouse ${row?.version} answers`),
				aheadMs: row === undefined ? undefined : Number(row.ms) - Date.now(),
			};
		} catch (error) {
			if (!(error instanceof WarehouseError)) throw error;
			if (error.code === unknownDatabase)
				return {
					finding: ok(variable, 'ClickHouse answers; footfall migrate creates the database'),
					aheadMs: undefined,
				};
			return { finding: fault(variable, connectionFault(error), remedy), aheadMs: undefined };
		} finally {
			await warehouse.close();
		}
	} catch (error) {
		const why = error instanceof StartRefusal ? error.message : `it cannot be asked (${firstLine(error)})`;
		return { finding: fault(variable, why, remedy), aheadMs: undefined };
	}
}

const firstLine = (error: unknown) => String(error instanceof Error ? error.message : error).split('\n', 1)[0];
