import { readFileSync } from 'node:fs';
import type { WireEvent } from '@footfall/protocol';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frame } from './testing/frames.js';
import { startTestCollector, type TestCollector } from './testing/test-collector.js';

let clickhouse: TestWarehouse;
let collector: TestCollector;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	collector = await startTestCollector(clickhouse.warehouse);
});

afterAll(async () => {
	await collector.remove();
	await clickhouse.stop();
});

const post = (path: string, body: BodyInit) => fetch(collector.publicUrl + path, { method: 'POST', body });

/** The query in the README of the warehouse. */
function listOfProperties(): string {
	const readme = readFileSync(new URL('../../warehouse/README.md', import.meta.url), 'utf8');
	return /## Properties\n.*?```sql\n(.*?)```/s.exec(readme)?.[1] ?? '';
}

describe('a page that invents property keys without end', () => {
	const eventsPerFrame = 50;
	const event = (i: number): WireEvent => {
		const props = Object.fromEntries(Array.from({ length: 8 }, (_, k) => [`made-up-${i * 8 + k}`, 'x']));
		return [0, 0, 'view', 'page', '', 0, 0, '', i % 10 === 0 ? { size: 'L', ...props } : props];
	};

	it('endless property keys are logged, drop no other key, and do not hide the frequent keys', async () => {
		for (let sequence = 0; sequence < 10; sequence++) {
			const events = Array.from({ length: eventsPerFrame }, (_, i) => event(sequence * eventsPerFrame + i));
			const reply = await post('/v1/batch', frame({ sequence, events }));
			expect(reply.status).toBe(200);
		}
		const other = { dt: new Date(), name: 'view', user_id: 1, url: 'https://blog.example/', obj: 'page', site: 'open' };
		await post('/v1/events', JSON.stringify({ ...other, props: { topic: 'shoes', late: 'yes' } }));
		await collector.drained();

		expect(await collector.metric('footfall_property_keys{site="shop"}')).toBe(1_000);
		expect(await collector.metric('footfall_property_keys{site="open"}')).toBe(2);
		// Another segment with the same keys and one more.
		await post('/v1/events', JSON.stringify({ ...other, props: { topic: 'hats', late: 'no', third: '' } }));
		await collector.drained();
		expect(await collector.metric('footfall_property_keys{site="open"}')).toBe(3);
		expect(collector.messages.filter((message) => message.includes('property keys'))).toHaveLength(1);

		const [stored] = await clickhouse.warehouse.query(
			`SELECT count() AS events, sum(length(props)) AS entries, uniqExactArray(mapKeys(props)) AS keys
				FROM events FINAL WHERE site = 'shop'`,
		);
		expect(stored).toEqual({ events: '500', entries: '4050', keys: '4001' });

		const listed = await clickhouse.warehouse.query<{ site: string; keys: string[] }>(listOfProperties());
		const keysOf = (site: string) => listed.find((row) => row.site === site)?.keys ?? [];
		expect(keysOf('shop')[0]).toBe('size');
		expect(keysOf('shop')).toHaveLength(1_000);
		expect(keysOf('open').sort()).toEqual(['late', 'third', 'topic']);
	});
});
