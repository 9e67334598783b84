import { expect } from 'vitest';
import { connectToData } from './embedded-client.js';
import { eventually } from './footfall-process.js';

/** Expects the raw table and the mart of a running Footfall to hold each id once, after everything is delivered. */
export async function expectExactlyOnce(data: string, ids: readonly string[]): Promise<void> {
	const warehouse = connectToData(data);
	try {
		const stored = await eventually(async () => {
			const rows = await warehouse
				.query<{ id: string }>('SELECT toString(event_id) AS id FROM events FINAL')
				.catch(() => []);
			const present = new Set(rows.map(({ id }) => id));
			return ids.every((id) => present.has(id)) ? rows : undefined;
		});
		expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
		// A run of the transforms is slow beside a test that uses both cores for a minute.
		await eventually(async () => {
			const [row] = await warehouse.query<{ n: string }>('SELECT sum(events) AS n FROM sessions');
			return Number(row?.n) === stored.length ? true : undefined;
		}, 120_000);
	} finally {
		await warehouse.close();
	}
}
