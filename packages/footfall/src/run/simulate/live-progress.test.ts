import { expect, it } from 'vitest';
import { liveLine } from './live-progress.js';

const counts = {
	batches: 3_000,
	events: 4_000,
	acked: 3_900,
	duplicates: 0,
	refused: 0,
	sentAgain: 0,
	unanswered: 100,
	latencyMs: { p50: 1.5, p95: 3, p99: 8.25, max: 9 },
};

it('formats the rates of sent and acknowledged events, and the counts of resent and refused ones', () => {
	expect(liveLine(counts, undefined, 2)).toBe(
		'1,500/s batches, 1,950/s events acked, 100 in flight | ack p50 1.5 ms, p95 3 ms, p99 8.25 ms',
	);
	const later = { ...counts, batches: 4_000, acked: 4_900, sentAgain: 7, refused: 2 };
	expect(liveLine(later, counts, 1)).toContain(
		'1,000/s batches, 1,000/s events acked, 100 in flight, resent 7, refused 2',
	);
});
