import { encodeSmall, type WireEvent, type WireValue } from '@footfall/protocol';
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
	vi.stubGlobal('navigator', {});
	vi.stubGlobal('dispatchEvent', ({ detail }: CustomEvent) => messages.push(detail));
	vi.spyOn(console, 'warn').mockImplementation((...line) => void warnings.push(line.join(' ')));
	queue = await import('./queue.js');
	store = await import('../store.js');
	(await import('../settings.js')).useSettings({ site: 'shop', collector: '' });
});

/** Adds a batch with three events. */
function push(sequence: number, objIdBytes = 1): void {
	const objId = 'y'.repeat(objIdBytes);
	const events: WireEvent[] = [7, 8, 9].map((ageMs) => [ageMs, 0, 'x', '', objId]);
	const batch = [1, 'shop', 11, 22, sequence, 0, [['https://shop.example/']], events];
	store.keep(key(sequence), 'stored');
	queue.waiting[key(sequence)] = queue.frozenBatch(encodeSmall(batch as WireValue), events.length);
	queue.dropOldest();
}
const key = (sequence: number) => queue.batchKey(22, sequence);
const sequences = () => Object.keys(queue.waiting).map((name) => Number(name.replace(key(0).slice(0, -1), '')));

describe('the queue of frozen batches', () => {
	it('holds batches in order, as bytes that a collector decodes, until each is removed', () => {
		for (const sequence of [0, 1, 2]) push(sequence);
		const second = queue.waiting[key(1)];
		expect(decodeBatch(second ?? new Uint8Array())).toMatchObject({
			ok: true,
			batch: { stream: 22, sequence: 1 },
		});
		expect(second?._events).toBe(3);
		queue.remove(key(1));
		expect(sequences()).toEqual([0, 2]);
		expect(store.keptKeys()).toEqual([key(0), key(2)]);
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

	it('removes batches that another page has adopted', async () => {
		push(0);
		push(1);
		store.forget(key(0));
		(await import('./orphans.js')).forgetTaken();
		expect(sequences()).toEqual([1]);
	});
});
