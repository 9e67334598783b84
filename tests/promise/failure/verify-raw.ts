import type { Warehouse } from '@footfall/warehouse';
import type { Ledger } from './ledger.js';

/** What the raw table holds, held against what was acknowledged. Everything counts events. */
export interface RawVerdict {
	/** As readers see it. */
	raw: number;
	/** Acknowledged and not there. */
	lost: number;
	/** There for readers more than once. */
	duplicated: number;
	/** There, though nobody was told so. */
	unknown: number;
	/** Rows that readers do not see, because they are later receipts of an event. Those merged away are not counted. */
	collapsed: number;
	/** Rows of them that the same segment brought before: an insert that was done twice. */
	insertedTwice: number;
}

const eventsPerQuery = 50_000;

/** Compares id by id. */
export async function verifyRaw(warehouse: Warehouse, ledger: Ledger): Promise<RawVerdict> {
	const [counts] = await warehouse.query<{ raw: string; rows: string; insertedTwice: string }>(
		`SELECT (SELECT count() FROM events FINAL) AS raw, count() AS rows,
			count() - uniqExact(segment, site, visitor_id, event_id) AS insertedTwice FROM events`,
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
