import type { Warehouse } from '@footfall/warehouse';
import type { Ledger } from './ledger.js';

/** The raw table compared with the acknowledged events. All numbers count events. */
export interface RawVerdict {
	/** Rows that readers see. */
	raw: number;
	/** Acknowledged events that are missing. */
	lost: number;
	/** Events that readers see more than once. */
	duplicated: number;
	/** Events that are present without an acknowledgement. */
	unknown: number;
	/** Later receipts of an event, which readers do not see. Receipts that a merge removed are not counted. */
	collapsed: number;
	/**
	 * Rows of an event of a page that the same segment has inserted before: an insert that was repeated. A server may
	 * repeat an event within a segment, and an import that was killed is repeated as a whole.
	 */
	insertedTwice: number;
}

const eventsPerQuery = 50_000;

/** Compares the acknowledged ids with those of the raw table. */
export async function verifyRaw(warehouse: Warehouse, ledger: Ledger): Promise<RawVerdict> {
	const [counts] = await warehouse.query<{ raw: string; rows: string; insertedTwice: string }>(
		`SELECT (SELECT count() FROM events FINAL) AS raw, count() AS rows,
			countIf(source = 'page') - uniqExactIf((segment, site, visitor_id, event_id), source = 'page') AS insertedTwice
		FROM events`,
	);
	const raw = Number(counts?.raw);
	const verdict = { raw, lost: 0, duplicated: 0, unknown: raw, collapsed: Number(counts?.rows) - raw };
	for (const { visitors, ids } of ledger.groups(eventsPerQuery)) {
		const rows = await warehouse.query<{ id: string }>(
			`SELECT event_id AS id FROM events FINAL WHERE site = 'shop' AND visitor_id IN {visitors:Array(UInt64)}`,
			{ params: { visitors } },
		);
		const present = new Set(rows.map(({ id }) => id));
		verdict.duplicated += rows.length - present.size;
		for (const id of ids) {
			if (present.has(id)) verdict.unknown--;
			else verdict.lost++;
		}
	}
	verdict.unknown -= verdict.duplicated;
	return { ...verdict, insertedTwice: Number(counts?.insertedTwice) };
}
