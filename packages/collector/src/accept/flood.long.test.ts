import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frame } from '../testing/frames.js';
import { heldBytes } from '../testing/heap.js';
import { openPage } from '../testing/page.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';
import { unreachableWarehouse } from '../testing/unreachable-warehouse.js';

const senders = 50_000;
/** Maximum memory growth per sender, on average, bytes: half a remembered batch would be twice as much. */
const leftBytesMax = 100;

let collector: TestCollector;

beforeAll(async () => {
	collector = await startTestCollector(unreachableWarehouse(), {
		sites: [{ key: 'shop', origins: 'any' }],
		recentBatchesMax: 1_000,
		userAgentsMax: 100,
	});
});

afterAll(() => collector.remove());

/** Footfall's series in the metrics, without values; those of the delivery vary and are omitted. */
async function series(): Promise<string[]> {
	const text = await (await fetch(`${collector.adminUrl}/metrics`)).text();
	const names = text.split('\n').map((line) => line.replace(/ \S+$/, ''));
	return names.filter((name) => name.startsWith('footfall_') && !name.startsWith('footfall_delivery_errors'));
}

/** Memory growth of the senders after the first few, which may fill the limited caches. */
async function leftBy(send: (from: number, count: number) => Promise<void>) {
	await send(0, 10_000);
	const before = { series: await series(), held: heldBytes() };
	await send(10_000, senders);
	const after = { series: await series(), held: heldBytes() };
	return { before, after, bytesEach: (after.held - before.held) / senders };
}

const numberOf = (i: number) => (i * 2_654_435_761) % 2 ** 32;

/** Everything that a page can invent, new for each: site, visitor, stream, page, names, keys. */
function frameOf(i: number): Uint8Array {
	const random = numberOf(i);
	if (i % 4 === 0) return frame({ site: `site-${random}`, visitor: random });
	if (i % 4 === 1) return Buffer.of(0xc1, i & 0xff, (i >> 8) & 0xff);
	return frame({
		visitor: random,
		stream: random,
		url: `https://${random}.example/`,
		events: [[0, 0, `name-${random}`, `obj-${random}`, '', 0, 0, '', { [`key-${random}`]: 'x' }]],
	});
}

describe('fifty thousand invented senders', () => {
	it('invented senders on sockets do not grow metrics and memory', async () => {
		const { before, after, bytesEach } = await leftBy(async (from, count) => {
			const page = await openPage(collector.publicUrl, `https://${from}.example`, `agent ${from}`);
			for (let i = from; i < from + count; i++) {
				page.send(frameOf(i));
				if (i % 500 === 499) for (let acks = 0; acks < 500; acks++) await page.ack();
			}
			page.close();
			await page.closed;
		});
		expect(await collector.metric('footfall_events_accepted_total')).toBe((10_000 + senders) / 2);
		expect(after.series).toEqual(before.series);
		expect(bytesEach).toBeLessThan(leftBytesMax);
	});

	it('invented senders on the JSON endpoint do not grow metrics and memory', async () => {
		const { before, after, bytesEach } = await leftBy(async (from, count) => {
			for (let first = from; first < from + count; first += 5_000) {
				const events = Array.from({ length: 5_000 }, (_, i) => {
					const random = numberOf(first + i);
					const site = i % 2 === 0 ? 'shop' : `site-${random}`;
					const common = { dt: '2026-01-01T00:00:00Z', user_id: random, url: `https://${random}.example/`, obj: 'o' };
					return JSON.stringify({ ...common, site, name: `name-${random}`, [`field-${random}`]: 1 });
				});
				const path = `/v1/events?site=site-${first}`;
				const headers = { 'Content-Type': 'application/x-ndjson', 'User-Agent': `agent ${first}` };
				const reply = await fetch(collector.publicUrl + path, { method: 'POST', headers, body: events.join('\n') });
				expect(await reply.json()).toMatchObject({ outcome: 'partly-stored', stored: 2_500 });
			}
		});
		expect(after.series).toEqual(before.series);
		expect(bytesEach).toBeLessThan(leftBytesMax);
	});
});
