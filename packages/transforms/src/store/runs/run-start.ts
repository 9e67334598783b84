import { type Warehouse, WarehouseError } from '@footfall/warehouse';
import type { PublishedRun } from '../../plan/plan.js';
import { type HashKey, hashKeyPart } from '../hash-key.js';
import { runsTable } from '../layout.js';
import { leftOutTable } from '../left-out.js';

const unknownTable = 60;

/** The facts that an incremental run needs when it holds the lock, besides the state that it was planned from. */
export interface RunStart {
	key: HashKey;
	/** Number of rows in the table of runs. */
	runs: number;
	/** Whether the list of the published run has any visitor or site that the marts leave out. */
	leavesOut: boolean;
}

/**
 * Reads these facts in one query.
 *
 * @param published the newest run when the run was planned
 * @returns undefined when there is a newer run, so that the run must be planned again, or when the database has no key
 */
export async function readRunStart(warehouse: Warehouse, published: PublishedRun): Promise<RunStart | undefined> {
	try {
		const [row] = await warehouse.query<HashKey & { newest: string; runs: string; leftOut: string }>(
			`SELECT max(run) AS newest, count() AS runs,
				(SELECT count() FROM ${leftOutTable} WHERE list = ${published.judged.list}) AS leftOut,
				${hashKeyPart('hash_key_0')} AS hash_key_0, ${hashKeyPart('hash_key_1')} AS hash_key_1
			FROM ${runsTable}`,
		);
		if (row === undefined || row.hash_key_0 === '' || BigInt(row.newest) !== published.run) return undefined;
		const { hash_key_0, hash_key_1 } = row;
		return { key: { hash_key_0, hash_key_1 }, runs: Number(row.runs), leavesOut: Number(row.leftOut) > 0 };
	} catch (error) {
		// A database of an earlier version may lack a table, which the run creates.
		if (error instanceof WarehouseError && error.code === unknownTable) return undefined;
		throw error;
	}
}
