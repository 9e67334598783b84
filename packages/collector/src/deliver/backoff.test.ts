import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

describe('backoff', () => {
	it('the backoff doubles up to its maximum, with full jitter', () => {
		const bounds = { firstMs: 100, maxMs: 1_000 };
		expect([1, 2, 3, 4, 5, 2_000].map((attempt) => backoffMs(attempt, 1, bounds))).toEqual([
			100, 200, 400, 800, 1_000, 1_000,
		]);
		expect(backoffMs(3, 0.5, bounds)).toBe(200);
		expect(backoffMs(3, 0, bounds)).toBe(0);
	});
});
