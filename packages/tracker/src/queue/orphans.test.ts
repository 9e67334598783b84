import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const nowMs = 1_700_000_000_000;

beforeEach(() => {
	vi.resetModules();
	vi.useFakeTimers({ now: nowMs, toFake: ['Date'] });
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** What a page takes that finds a batch, where there are no Web Locks. */
async function taken(text: string): Promise<string[]> {
	vi.stubGlobal('navigator', {});
	(await import('../settings.js')).useSettings({ site: 'shop', collector: '' });
	const { batchKey, waiting } = await import('./queue.js');
	const { keep } = await import('../store.js');
	keep(batchKey(22, 0), text);
	(await import('./orphans.js')).claim();
	return Object.keys(waiting);
}

/** A batch as it is kept. */
function batch(keptMsAgo: number, collectorOffsetMs: number): string {
	const sentAtMs = nowMs + collectorOffsetMs;
	const contexts = [['https://shop.example/']];
	return JSON.stringify([1, 'shop', 11, 22, 0, sentAtMs, contexts, [[nowMs, 0, 'x']], nowMs - keptMsAgo]);
}

describe('a page without Web Locks', () => {
	it.each([-3_600_000, 0, 3_600_000])(
		'takes what was kept more than a minute ago on its own clock, whatever the collector’s says: %i ms more',
		async (offsetMs) => {
			expect(await taken(batch(60_000, offsetMs))).toEqual([]);
			vi.resetModules();
			expect(await taken(batch(60_001, offsetMs))).toEqual(['footfall_22_0']);
		},
	);

	it.each(['', '{', '[]', 'null'])('leaves what is no batch: %j', async (text) => {
		expect(await taken(text)).toEqual([]);
	});
});
