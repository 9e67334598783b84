import { decodeBatch } from '@footfall/protocol/decode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { upgrade } from '../second/upgrade.js';
import { storedBatch } from '../testing/stored-batch.js';

const nowMs = 1_700_000_000_000;

beforeEach(() => {
	vi.resetModules();
	vi.useFakeTimers({ now: nowMs, toFake: ['Date'] });
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** Returns the keys of the batches that a page without Web Locks adopts when it finds this one. */
async function taken(text: string): Promise<string[]> {
	vi.stubGlobal('navigator', {});
	(await import('../settings.js')).useSettings({ site: 'shop', collector: '' });
	const { batchKey, waiting } = await import('./queue.js');
	const { keep } = await import('../store.js');
	keep(batchKey(22, 0), text);
	(await import('./orphans.js')).claim();
	return Object.keys(waiting);
}

/** Returns a batch as it is stored. */
function batch(keptMsAgo: number, collectorOffsetMs: number, site = 'shop'): string {
	const sentAtMs = nowMs + collectorOffsetMs;
	return storedBatch([1, site, 11, 22, 0, sentAtMs, [['https://shop.example/']], [[0, 0, 'x\n']]], nowMs - keptMsAgo);
}

describe('a page without Web Locks', () => {
	it.each([-3_600_000, 0, 3_600_000])(
		'adopts a batch that was stored more than a minute ago on its own clock, with a collector’s clock %i ms ahead',
		async (offsetMs) => {
			expect(await taken(batch(60_000, offsetMs))).toEqual([]);
			vi.resetModules();
			expect(await taken(batch(60_001, offsetMs))).toEqual(['footfall_22_0']);
		},
	);

	it('ignores a batch that another site of the same origin has stored', async () => {
		expect(await taken(batch(60_001, 0, 'other'))).toEqual([]);
	});

	it.each(['', '{', '[]', 'null'])('ignores a stored text that is not a valid batch: %j', async (text) => {
		expect(await taken(text)).toEqual([]);
	});
});

describe('a batch that an earlier version has stored as JSON', () => {
	const json = (keptAtMs?: number) => {
		const times = [nowMs - 1_000, nowMs, nowMs + 60_000, nowMs - 0xffff_ffff];
		const events = times.map((atMs) => [atMs, 0, 'x']);
		return JSON.stringify([1, 'shop', 11, 22, 0, nowMs, [['https://shop.example/']], events, keptAtMs]);
	};

	it.each([
		['with the age of each event when it was stored', nowMs, [1_000, 0, 0, 0xffff_ffff]],
		['with ages of 0 where it does not say when', undefined, [0, 0, 0, 0]],
	])('is adopted %s', async (_, keptAtMs, ages) => {
		const { encodeSmall } = await import('@footfall/protocol');
		vi.stubGlobal('navigator', { locks: {} });
		(await import('../settings.js')).useSettings({ site: 'shop', collector: '' });
		const { batchKey, waiting } = await import('./queue.js');
		const { keep } = await import('../store.js');
		keep(batchKey(22, 0), upgrade(json(keptAtMs), encodeSmall));
		(await import('./orphans.js')).adopt(batchKey(22, 0));
		const decoded = decodeBatch(waiting[batchKey(22, 0)]?._bytes ?? new Uint8Array());
		expect(decoded.ok && decoded.batch.events.map(({ ageMs }) => ageMs)).toEqual(ages);
		expect(waiting[batchKey(22, 0)]?._events).toBe(4);
	});
});
