import { decodeBatch } from '@footfall/protocol/decode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { renew } from '../second/upgrade.js';
import { storedBatch } from '../testing/stored-batch.js';

const nowMs = 1_700_000_000_000;

beforeEach(() => {
	vi.resetModules();
	vi.useFakeTimers({ now: nowMs, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** Returns the keys of the batches that a page adopts when it finds a text under a key. */
async function takenUnder(key: string, text: string, navigator: object): Promise<string[]> {
	vi.stubGlobal('navigator', navigator);
	const settings = await import('../settings.js');
	settings.useSettings({ site: 'shop', collector: '' });
	settings.switchCapture(true);
	(await import('../visitor.js')).recallVisitor();
	const { waiting } = await import('./queue.js');
	const { keep } = await import('../store.js');
	keep(key, text);
	(await import('./orphans.js')).adoptOrphans(() => {});
	await vi.waitFor(() => {});
	return Object.keys(waiting);
}

/** Returns the keys of the batches that a page without Web Locks adopts when it finds this one. */
const taken = (text: string) => takenUnder('footfall_22_0', text, {});

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

	it.each(['', '{', '[]', 'null', 'shop'])('ignores a stored text that is not a valid batch: %j', async (text) => {
		expect(await taken(text)).toEqual([]);
	});
});

/** Web Locks of which other pages hold some. @returns the names that were requested besides */
function webLocks(...held: string[]) {
	const requested: string[] = [];
	const locks = {
		query: async () => ({ held: held.map((name) => ({ name })) }),
		async request(name: string) {
			requested.push(name);
		},
	};
	return { navigator: { locks }, requested };
}

describe('a page with Web Locks', () => {
	it('adopts the batch of a page that has released its lock, at once, and holds a lock for the batch', async () => {
		const { navigator, requested } = webLocks('footfall_23', 'other_22');
		expect(await takenUnder('footfall_22_0', batch(0, 0), navigator)).toEqual(['footfall_22_0']);
		expect(requested).toEqual(['footfall_22_0']);
	});

	it.each([
		['the stream, of a page that is alive', 'footfall_22'],
		['the batch, of a page that has adopted it', 'footfall_22_0'],
	])('adopts no batch while another page holds the lock of %s', async (_, name) => {
		const { navigator, requested } = webLocks(name);
		expect(await takenUnder('footfall_22_0', batch(0, 0), navigator)).toEqual([]);
		expect(requested).toEqual([]);
	});

	it('does not take a user id that is the key of the site for a batch', async () => {
		expect(await takenUnder('footfall_user', 'shop', webLocks().navigator)).toEqual([]);
	});

	it('adopts nothing while it is switched off', async () => {
		const settings = await import('../settings.js');
		const query = async () => {
			settings.switchCapture(false);
			return { held: [] };
		};
		expect(await takenUnder('footfall_22_0', batch(0, 0), { locks: { query, request: async () => {} } })).toEqual([]);
	});

	it('requests the locks of its stream and of its batches again when it returns, and forgets those that are gone', async () => {
		const { navigator, requested } = webLocks();
		await takenUnder('footfall_22_0', batch(0, 0), navigator);
		const { waiting } = await import('./queue.js');
		const { forget, keep } = await import('../store.js');
		const { stream } = await import('../visitor.js');
		keep('footfall_22_1', batch(0, 0));
		(await import('./orphans.js')).adopt('footfall_22_1');
		forget('footfall_22_0');
		requested.length = 0;
		(await import('./orphans.js')).claim();
		expect(Object.keys(waiting)).toEqual(['footfall_22_1']);
		expect(requested).toEqual(['footfall_22_1', `footfall_${stream}`]);
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
		vi.stubGlobal('navigator', webLocks().navigator);
		(await import('../settings.js')).useSettings({ site: 'shop', collector: '' });
		const { batchKey, waiting } = await import('./queue.js');
		const { store } = await import('../store.js');
		store[batchKey(22, 0)] = json(keptAtMs);
		expect(renew(store, batchKey(22, 0), encodeSmall)).toBe(true);
		(await import('./orphans.js')).adopt(batchKey(22, 0));
		const decoded = decodeBatch(waiting[batchKey(22, 0)] ?? new Uint8Array());
		expect(decoded.ok && decoded.batch.events.map(({ ageMs }) => ageMs)).toEqual(ages);
		expect(waiting[batchKey(22, 0)]?._events).toBe(4);
	});

	it('stays as it is where the text is no batch', () => {
		const store = { footfall_22_0: '[1' };
		expect(renew(store, 'footfall_22_0', () => '')).toBeUndefined();
		expect(store.footfall_22_0).toBe('[1');
	});
});
