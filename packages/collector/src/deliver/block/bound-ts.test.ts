import { describe, expect, it } from 'vitest';
import { boundTs, earliestTsMs, futureToleranceMs } from './bound-ts.js';

const received = Date.parse('2026-01-31T12:00:00Z');

describe('the time of an event', () => {
	it('the time of the sender is kept, however late the event arrives', () => {
		for (const ts of [received, received - 1, received - 40 * 86_400_000, earliestTsMs, received + futureToleranceMs]) {
			expect(boundTs(ts, received)).toEqual({ tsMs: ts, bounded: false });
		}
	});

	it('an invalid time is replaced by the time of receipt', () => {
		for (const ts of [received + futureToleranceMs + 1, earliestTsMs - 1, 0, -1, Number.MAX_SAFE_INTEGER]) {
			expect(boundTs(ts, received)).toEqual({ tsMs: received, bounded: true });
		}
	});
});
