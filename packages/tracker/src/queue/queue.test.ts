import { decodeBatch } from '@footfall/protocol/decode';
import { beforeEach, describe, expect, it, vi } from 'vitest';

type Queue = typeof import('./queue.js');
type Store = typeof import('../store.js');
let queue: Queue;
let store: Store;
const told: unknown[] = [];
const warnings: string[] = [];

beforeEach(async () => {
	vi.resetModules();
	told.length = warnings.length = 0;
	vi.stubGlobal('dispatchEvent', ({ detail }: CustomEvent) => told.push(detail));
	vi.spyOn(console, 'warn').mockImplementation((...line) => void warnings.push(line.join(' ')));
	queue = await import('./queue.js');
	store = await import('../store.js');
	(await import('../settings.js')).useSettings({ site: 'shop', collector: '' });
});

/** Adds a batch with three events, kept as the batcher keeps it. */
function push(sequence: number, objIdBytes = 1, site = 'shop'): void {
	const event = [0, 0, 'x', '', 'y'.repeat(objIdBytes)];
	const name = queue.batchName(22, sequence);
	store.keep(name, JSON.stringify([1, site, 11, 22, sequence, 0, [['https://shop.example/']], [event, event, event]]));
	queue.push(name);
}
const sequences = () => Object.keys(queue.waiting).map((name) => Number(name.replace('22_', '')));

describe('the queue of frozen batches', () => {
	it('holds batches in order, as bytes that a collector reads, until each is removed', () => {
		for (const sequence of [0, 1, 2]) push(sequence);
		const second = queue.waiting['22_1'];
		expect(decodeBatch(second?._bytes ?? new Uint8Array())).toMatchObject({
			ok: true,
			batch: { stream: 22, sequence: 1 },
		});
		expect(second?._events).toBe(3);
		queue.remove('22_1');
		expect(sequences()).toEqual([0, 2]);
		expect(store.keptNames()).toEqual(['22_0', '22_2']);
	});

	it('leaves what another site of the same origin has kept', () => {
		push(0, 1, 'other');
		expect(sequences()).toEqual([]);
		expect(store.keptNames()).toEqual(['22_0']);
	});

	it('takes a batch once, however often it is found', () => {
		push(0);
		push(0);
		expect(sequences()).toEqual([0]);
	});

	it('drops the oldest beyond 400 batches, from storage too, and counts and tells of it', () => {
		for (let i = 0; i < 402; i++) push(i);
		expect([sequences()[0], sequences().length, store.keptNames().length]).toEqual([2, 400, 400]);
		expect(told).toEqual([
			{ reason: 'queue-full', events: 3 },
			{ reason: 'queue-full', events: 3 },
		]);
		expect(warnings).toEqual(['footfall: 3 events of data-site="shop" lost: queue-full']);
		expect([queue.takeDropped(), queue.takeDropped()]).toEqual([6, 0]);
	});

	it('drops the oldest beyond a million bytes', () => {
		for (let i = 0; i < 40; i++) push(i, 10_000);
		expect(sequences()).toHaveLength(33);
		expect(queue.takeDropped()).toBe(7 * 3);
	});

	it('forgets what others have taken', () => {
		push(0);
		push(1);
		store.forget('22_0');
		queue.keepKept();
		expect(sequences()).toEqual([1]);
	});
});
