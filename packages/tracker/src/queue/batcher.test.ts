import { limits, type WireContext } from '@footfall/protocol';
import { decodeBatch } from '@footfall/protocol/decode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { wireEvent } from '../encode/wire-event.js';

const startMs = 1_700_000_000_000;
const page: WireContext = ['https://shop.example/', 'Shop'];
let self: typeof import('./batcher.js');
let stream: number;
let store: typeof import('../store.js');
let queue: typeof import('./queue.js');
let orphans: typeof import('./orphans.js');

beforeEach(() => {
	vi.resetModules();
	vi.useFakeTimers({ now: startMs, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

async function batcher(offsetMs = 0) {
	// Web Locks, so that every stored batch of another page is adopted.
	vi.stubGlobal('navigator', { locks: { request: async () => {} } });
	store = await import('../store.js');
	(await import('../settings.js')).useSettings({ site: 'shop', collector: '' });
	(await import('../visitor.js')).recallVisitor();
	(await import('../clock.js')).setClock(Date.now() + offsetMs);
	({ stream } = await import('../visitor.js'));
	queue = await import('./queue.js');
	orphans = await import('./orphans.js');
	self = await import('./batcher.js');
	return self;
}
const key = (sequence: number) => queue.batchKey(stream, sequence);
const kept = (sequence: number) => store.recall(key(sequence));
/** Returns the frozen batches as the collector decodes them. */
const frozen = () => Array.from({ length: self.sequence }, (_, sequence) => read(sequence));
const event = (name: string, fields = {}) => wireEvent({ name, ...fields }, 1);

/** Decodes a stored batch as the collector does. @throws if it is not a valid batch */
function read(sequence: number) {
	const queued = queue.waiting[key(sequence)];
	delete queue.waiting[key(sequence)];
	orphans.adopt(key(sequence));
	const bytes = queue.waiting[key(sequence)];
	delete queue.waiting[key(sequence)];
	if (queued) queue.waiting[key(sequence)] = queued;
	const decoded = decodeBatch(bytes ?? new Uint8Array());
	if (!decoded.ok) throw new Error(`${decoded.reason}: ${decoded.detail}`);
	return decoded.batch;
}

describe('the batcher', () => {
	it("freezes a batch when its first event is old enough, with times on the collector's clock", async () => {
		const { add } = await batcher(5_000);
		add(page, event('one'));
		vi.advanceTimersByTime(400);
		add(page, event('two'));
		vi.advanceTimersByTime(599);
		expect(frozen()).toEqual([]);
		vi.advanceTimersByTime(1);
		const [batch] = frozen();
		expect(batch).toMatchObject({ site: 'shop', stream: stream, sequence: 0, sentAtMs: startMs + 6_000 });
		expect(batch?.events.map(({ name, ageMs }) => [name, ageMs])).toEqual([
			['one', 1_000],
			['two', 600],
		]);
		vi.advanceTimersByTime(10_000);
		expect(frozen()).toHaveLength(1);
	});

	it('numbers batches from 0 without gaps, and never freezes a batch without events', async () => {
		const { add, freeze } = await batcher();
		freeze();
		for (const name of ['a', 'b', 'c']) {
			expect(self.sequence).toBe(frozen().length);
			add(page, event(name));
			freeze();
			freeze();
		}
		expect(frozen().map((batch) => batch.sequence)).toEqual([0, 1, 2]);
	});

	it('sends a context once for all events that share it', async () => {
		const { add, freeze } = await batcher();
		const other: WireContext = ['https://shop.example/cart'];
		for (const context of [page, page, other, other, page]) add(context, event('x'));
		freeze();
		const [batch] = frozen();
		expect(batch?.events.map(({ context }) => context)).toEqual([0, 0, 1, 1, 2]);
		expect(batch?.contexts.map(({ url }) => url)).toEqual([page[0], other[0], page[0]]);
	});

	it('makes valid batches of the largest possible contexts and events', async () => {
		const { add, freeze } = await batcher();
		const text = (bytes: number) => 'x'.repeat(bytes);
		const map = (valueBytes: number) =>
			Object.fromEntries(Array.from({ length: 32 }, (_, i) => [text(62) + (10 + i), text(valueBytes)]));
		for (let i = 0; i < 40; i++) {
			const { urlBytesMax, titleBytesMax, userIdBytesMax } = limits;
			const urls = [text(urlBytesMax), text(titleBytesMax), text(urlBytesMax), text(userIdBytesMax)] as const;
			const sizes = [65_535, 65_535, 65_535, 65_535, text(35), text(64)] as const;
			const fields = {
				name: text(64),
				obj: text(64),
				objId: text(1_024),
				productId: limits.integerMax,
				amount: 0.1,
				currency: text(8),
			};
			add([...urls, map(64), ...sizes], wireEvent({ ...fields, props: map(1_024) }, 1));
			// Small events in between, so that batches are as full as possible.
			for (let j = 0; j < i * 40; j++) add(page, event('small'));
		}
		freeze();
		expect(frozen().flatMap(({ events }) => events)).toHaveLength(40 + (40 * 39 * 40) / 2);
	});

	it('sends the details of the events that have some, as they were when the event was captured', async () => {
		const { add, freeze } = await batcher();
		const items = [{ productId: 'A', quantity: 2 }];
		add(page, event('view'));
		add(page, event('order', { orderId: 1_001, amount: 20, currency: 'EUR', tax: 3, items }));
		items.length = 0;
		add(page, event('click', { productId: 'SKU-1' }));
		freeze();
		const [batch] = frozen();
		const [view, order, click] = batch?.events ?? [];
		expect(view).not.toHaveProperty('details');
		const [item] = order?.details?.items ?? [];
		expect(order).toMatchObject({ amount: 20, currency: 'EUR', details: { orderId: '1001', tax: 3 } });
		expect(item).toMatchObject({ productId: 'A', quantity: 2 });
		expect(click?.details?.productId).toBe('SKU-1');
	});

	it.each([
		[undefined, 0, 'T'],
		[null, 0, 'T'],
		['', 0, 'T'],
		[0, 0, 'T'],
		['12.50', 12.5, 'T'],
		[-20, 20, 'T'],
		[-1n, 1, 'T'],
		[-1e-5, 0.0001, 'T'],
		[Number.NaN, 0, ''],
		[Number.POSITIVE_INFINITY, 0, ''],
		[limits.amountMax + 1, 0, ''],
		['12,50', 0, ''],
		['free', 0, ''],
		[{}, 0, ''],
		[[1, 2], 0, ''],
		[new Date(Number.NaN), 0, ''],
	])(
		'sends a refund of %s so that only one without an amount gives back all of its order',
		async (amount, stored, orderId) => {
			const { add, freeze } = await batcher();
			vi.spyOn(console, 'warn').mockImplementation(() => {});
			add(page, event('refund', { orderId: 'T', amount }));
			freeze();
			expect(frozen()[0]?.events).toMatchObject([{ name: 'refund', amount: stored, details: { orderId } }]);
		},
	);

	it('sends an event with very large details without their lists, so that its batch is not refused', async () => {
		const { add, freeze } = await batcher();
		const large = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`field${i}`, 'ü'.repeat(500)]));
		add(page, event('order', { orderId: 'T-1', items: [large, large, large], ...large }));
		add(page, event('last'));
		freeze();
		const events = frozen().flatMap((batch) => batch.events);
		expect(events.map(({ name, details }) => [name, details?.orderId])).toEqual([
			['order', 'T-1'],
			['last', undefined],
		]);
		expect(events[0]?.details?.items).toEqual([]);
	});

	it('sends an event with the most and largest fields and properties, so that its batch is not refused', async () => {
		const { add, freeze } = await batcher();
		const map = (count: number, bytes: number) =>
			Object.fromEntries(Array.from({ length: count }, (_, i) => ['k'.repeat(61) + (100 + i), 'x'.repeat(bytes)]));
		const large: WireContext = [`https://shop.example/${'x'.repeat(2_000)}`, 'x'.repeat(512), '', '', map(32, 64)];
		add(page, event('first', { objId: 'x'.repeat(1_024), props: map(1, 600) }));
		add(large, event('order', { orderId: 'T-1', tax: 3, props: map(32, 1_024), ...map(100, 300) }));
		freeze();
		const events = frozen().flatMap((batch) => batch.events);
		expect(events.map(({ name, details }) => [name, details?.orderId, details?.tax])).toEqual([
			['first', undefined, undefined],
			['order', 'T-1', 3],
		]);
	});

	it('sends a hundred items with all fields', async () => {
		const { add, freeze } = await batcher();
		const item = {
			item_id: 'SKU-12345678',
			item_name: 'A shoe of leather, brown',
			item_category: 'Shoes',
			price: 99.95,
		};
		const items = Array.from({ length: 100 }, () => ({ ...item, item_variant: '42', quantity: 1, item_list_id: 'x' }));
		add(page, event('purchase', { transaction_id: 'T-1', value: 99, items }));
		freeze();
		expect(frozen()[0]?.events[0]).toMatchObject({ name: 'order', amount: 99, details: { orderId: 'T-1' } });
		expect(frozen()[0]?.events[0]?.details?.items).toHaveLength(100);
	});

	it('never exceeds the maximum number of events or contexts of a batch', async () => {
		const { add, freeze } = await batcher();
		for (let i = 0; i < 2_500; i++) add(page, event('x'));
		const smallest = (i: number): WireContext => [`http://a/${i}`, '', '', '', {}, 0, 0, 0, 0, '', ''];
		for (let i = 0; i < 200; i++) add(smallest(i), event('x'));
		freeze();
		const batches = frozen();
		expect(batches.flatMap(({ events }) => events)).toHaveLength(2_700);
		expect(Math.max(...batches.map(({ contexts }) => contexts.length))).toBeLessThanOrEqual(limits.batchContextsMax);
		expect(Math.max(...batches.map(({ events }) => events.length))).toBeLessThanOrEqual(limits.batchEventsMax);
	});

	// PROTOCOL.md: P1
	it('stores the open batch after every task as if it were frozen then, and never changes the frozen batch', async () => {
		const { add, freeze } = await batcher();
		add(page, event('one'));
		add(page, event('two'));
		expect(store.keptKeys()).not.toContain(key(0));
		await Promise.resolve();
		expect(read(0).events.map(({ name }) => name)).toEqual(['one', 'two']);
		vi.advanceTimersByTime(300);
		add(page, event('three'));
		freeze();
		const batch = kept(0);
		expect(read(0).events.map(({ name }) => name)).toEqual(['one', 'two', 'three']);
		await Promise.resolve();
		vi.advanceTimersByTime(300);
		expect(kept(0)).toBe(batch);
	});

	// PROTOCOL.md: P1
	it('hands the open batch to the browser as it is stored, where nothing was added since', async () => {
		const { add, beaconKept, freeze } = await batcher();
		const beacons: unknown[] = [];
		vi.stubGlobal('navigator', { sendBeacon: (_url: string, bytes: unknown) => beacons.push(bytes) });
		(await import('../settings.js')).switchCapture(true);
		add(page, event('one'));
		beaconKept();
		expect(beacons).toEqual([]);
		await Promise.resolve();
		const stored = kept(0);
		vi.advanceTimersByTime(300);
		beaconKept();
		beaconKept();
		expect(beacons).toEqual([queue.waiting[key(0)]]);
		expect(kept(0)).toBe(stored);
		add(page, event('two'));
		freeze();
		expect([self.sequence, Object.keys(queue.waiting)]).toEqual([2, [key(0), key(1)]]);
	});

	it('makes ages of 0 when the clock is set back or is not a valid time', async () => {
		const { add, freeze } = await batcher(Number.NaN);
		add(page, event('x'));
		vi.setSystemTime(startMs - 60_000);
		freeze();
		expect(frozen()[0]).toMatchObject({ sentAtMs: 0, events: [{ ageMs: 0 }] });
	});

	it('reads the time from a Date that a library returns from Date.now, and goes on without a valid time', async () => {
		const { add, freeze } = await batcher();
		const real = Date.now;
		for (const odd of [() => new Date(), () => undefined]) {
			Date.now = odd as never;
			add(page, event('x'));
			vi.advanceTimersByTime(400);
			freeze();
		}
		Date.now = real;
		expect(frozen()).toMatchObject([
			{ sentAtMs: startMs + 400, events: [{ ageMs: 400 }] },
			{ sentAtMs: 0, events: [{ ageMs: 0 }] },
		]);
	});

	it('stores and sends the same batch, whatever the page has changed of JSON', async () => {
		const { add, freeze } = await batcher();
		(await import('../settings.js')).switchCapture(true);
		const text = JSON.stringify;
		// As the library Prototype did before browsers had JSON.
		const arrays = Array.prototype as { toJSON?: () => string };
		arrays.toJSON = () => '[]';
		JSON.stringify = () => '{}';
		add(page, event('x', { objId: '"\\\u0000\u2028é😀', props: { 'a"': '\n' } }));
		freeze();
		JSON.stringify = text;
		delete arrays.toJSON;
		const sent = queue.waiting[key(0)];
		expect(read(0).events).toMatchObject([{ name: 'x', objId: '"\\\u0000\u2028é😀', props: { 'a"': '\n' } }]);
		delete queue.waiting[key(0)];
		orphans.adopt(key(0));
		expect(queue.waiting[key(0)]).toEqual(sent);
	});

	it('adds events that are captured while a batch is being frozen to the next batch', async () => {
		const { add, freeze } = await batcher();
		const { waiting } = queue;
		(await import('../settings.js')).switchCapture(true);
		for (let i = 0; i < 400; i++) {
			const old = queue.batchKey(7, i);
			waiting[old] = queue.frozenBatch('x', 1);
		}
		// A listener that tracks an event when the full queue drops a batch.
		vi.spyOn(console, 'warn').mockReturnValue();
		vi.stubGlobal('dispatchEvent', () => Object.keys(waiting).length && add(page, event('reaction')));
		add(page, event('x'));
		freeze();
		vi.stubGlobal('dispatchEvent', () => {});
		freeze();
		expect(frozen().map(({ events }) => events.map(({ name }) => name))).toEqual([['x'], ['reaction']]);
	});
});
