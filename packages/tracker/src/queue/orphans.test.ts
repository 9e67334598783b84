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
function batch(keptMsAgo: number, collectorOffsetMs: number): string {
	const sentAtMs = nowMs + collectorOffsetMs;
	const contexts = [['https://shop.example/']];
	return JSON.stringify([1, 'shop', 11, 22, 0, sentAtMs, contexts, [[nowMs, 0, 'x']], nowMs - keptMsAgo]);
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

	it.each(['', '{', '[]', 'null'])('ignores a stored text that is not a valid batch: %j', async (text) => {
		expect(await taken(text)).toEqual([]);
	});
});
