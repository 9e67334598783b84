import { decodeBatch } from '@footfall/protocol/decode';
import { beforeEach, describe, expect, it, vi } from 'vitest';

type Queue = typeof import('./queue.js');
type Store = typeof import('../store.js');
let queue: Queue;
let store: Store;
const messages: unknown[] = [];
const warnings: string[] = [];

beforeEach(async () => {
	vi.resetModules();
	messages.length = warnings.length = 0;
	vi.stubGlobal('dispatchEvent', ({ detail }: CustomEvent) => messages.push(detail));
	vi.spyOn(console, 'warn').mockImplementation((...line) => void warnings.push(line.join(' ')));
	queue = await import('./queue.js');
	store = await import('../store.js');
	(await import('../settings.js')).useSettings({ site: 'shop', collector: '' });
});

/** Adds a batch with three events, stored as the batcher stores it. */
function push(sequence: number, objIdBytes = 1, site = 'shop'): void {
	pushEvents(
		sequence,
		[7, 8, 9].map((atMs) => [atMs, 0, 'x', '', 'y'.repeat(objIdBytes)]),
		10,
		site,
	);
}
function pushEvents(sequence: number, events: unknown[][], keptAtMs?: number, site = 'shop'): void {
	const batch = [
		1,
		site,
		11,
		22,
		sequence,
		0,
		[['https://shop.example/']],
		events,
		...(keptAtMs === undefined ? [] : [keptAtMs]),
	];
	store.keep(key(sequence), JSON.stringify(batch));
	queue.push(key(sequence), JSON.stringify(batch));
	queue.dropOldest();
}
const key = (sequence: number) => queue.batchKey(22, sequence);
const sequences = () => Object.keys(queue.waiting).map((name) => Number(name.replace(key(0).slice(0, -1), '')));

describe('the queue of frozen batches', () => {
	it('holds batches in order, as bytes that a collector decodes, until each is removed', () => {
		for (const sequence of [0, 1, 2]) push(sequence);
		const second = queue.waiting[key(1)];
		expect(decodeBatch(second?._bytes ?? new Uint8Array())).toMatchObject({
			ok: true,
			batch: { stream: 22, sequence: 1 },
		});
		expect(second?._events).toBe(3);
		queue.remove(key(1));
		expect(sequences()).toEqual([0, 2]);
		expect(store.keptKeys()).toEqual([key(0), key(2)]);
	});

	it('encodes the age of each event at the time at which its batch was stored', () => {
		const now = 1_700_000_000_000;
		const times = [now - 1_000, now - 1, now, now + 60_000, now - 70_000, now - 0xffff_ffff];
		pushEvents(
			0,
			times.map((atMs) => [atMs, 0, 'x']),
			now,
		);
		const decoded = decodeBatch(queue.waiting[key(0)]?._bytes ?? new Uint8Array());
		const ages = decoded.ok && decoded.batch.events.map(({ ageMs }) => ageMs);
		expect(ages).toEqual([1_000, 1, 0, 0, 70_000, 0xffff_ffff]);
	});

	it('accepts a batch without the time of storing, and encodes ages of 0', () => {
		pushEvents(0, [[400, 0, 'x']], undefined);
		const decoded = decodeBatch(queue.waiting[key(0)]?._bytes ?? new Uint8Array());
		expect(decoded).toMatchObject({ ok: true, batch: { events: [{ ageMs: 0, name: 'x' }] } });
	});

	it('ignores batches that another site of the same origin has stored', () => {
		push(0, 1, 'other');
		expect(sequences()).toEqual([]);
		expect(store.keptKeys()).toEqual([key(0)]);
	});

	it('adds a batch once, however often it is found', () => {
		push(0);
		push(0);
		expect(sequences()).toEqual([0]);
	});

	// PROTOCOL.md: P3
	it('drops the oldest batches beyond 400, from storage too, and counts and reports their events', () => {
		for (let i = 0; i < 402; i++) push(i);
		expect([sequences()[0], sequences().length, store.keptKeys().length]).toEqual([2, 400, 400]);
		expect(messages).toEqual([
			{ reason: 'queue-full', events: 3 },
			{ reason: 'queue-full', events: 3 },
		]);
		expect(warnings).toEqual(['footfall: shop lost 3 events: queue-full']);
		expect([queue.takeDropped(), queue.takeDropped()]).toEqual([6, 0]);
	});

	it('drops the oldest batches beyond a million bytes', () => {
		for (let i = 0; i < 40; i++) push(i, 10_000);
		expect(sequences()).toHaveLength(33);
		expect(queue.takeDropped()).toBe(7 * 3);
	});

	it('removes batches that another page has adopted', () => {
		push(0);
		push(1);
		store.forget(key(0));
		queue.forgetTaken();
		expect(sequences()).toEqual([1]);
	});
});
