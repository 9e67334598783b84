import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

describe('backoff', () => {
	it('waits up to 1 s, then up to twice as long every time, but never more than a minute', () => {
		expect([1, 2, 3, 6, 7, 1_000_000].map((failures) => backoffMs(failures, 1))).toEqual([
			1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
		]);
	});

	it('is spread over the whole wait', () => {
		expect([0, 0.25, 0.5].map((random) => backoffMs(3, random))).toEqual([0, 1_000, 2_000]);
		expect(new Set(Array.from({ length: 20 }, () => backoffMs(1))).size).toBeGreaterThan(1);
	});
});
