import { afterEach, describe, expect, it, vi } from 'vitest';
import { backoffMs } from './backoff.js';

afterEach(() => {
	vi.restoreAllMocks();
});

describe('backoff', () => {
	it('pauses for up to 1 s, and for up to twice as long after every two failures, up to five minutes', () => {
		vi.spyOn(Math, 'random').mockReturnValue(1);
		expect([1, 3, 5, 17, 19, 1_000_001].map(backoffMs)).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
	});

	it('is spread over the whole pause', () => {
		const random = vi.spyOn(Math, 'random');
		const drawn = [0, 0.25, 0.5].map((share) => {
			random.mockReturnValue(share);
			return backoffMs(5);
		});
		expect(drawn).toEqual([0, 1_000, 2_000]);
	});
});
