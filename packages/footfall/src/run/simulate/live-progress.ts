import type { LiveCounts } from '@footfall/simulation';
import { redraw } from '../../terminal/redraw.js';

/**
 * Formats the progress of a crowd as one line. Pure.
 *
 * @param before the counts of the line before
 * @param seconds time since then
 */
export function liveLine(counts: LiveCounts, before: LiveCounts | undefined, seconds: number): string {
	const rate = (now: number, then = 0) => `${Math.round((now - then) / seconds).toLocaleString('en-US')}/s`;
	const { p50, p95, p99 } = counts.latencyMs;
	const head = `${rate(counts.batches, before?.batches)} batches, ${rate(counts.acked, before?.acked)} events acked`;
	const trouble =
		counts.sentAgain + counts.refused > 0 ? `, resent ${counts.sentAgain}, refused ${counts.refused}` : '';
	return `${head}, ${counts.unanswered} in flight${trouble} | ack p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`;
}

/** Draws the line every second over the last one on a terminal, and prints it every 5 s elsewhere. */
export function liveProgress(print: (line: string) => void, terminal: boolean): (counts: LiveCounts) => void {
	const everyMs = terminal ? 900 : 4_900;
	let before: LiveCounts | undefined;
	let drawnAtMs = performance.now();
	const draw = redraw(print, terminal);
	return (counts) => {
		const nowMs = performance.now();
		if (nowMs - drawnAtMs < everyMs) return;
		draw([liveLine(counts, before, (nowMs - drawnAtMs) / 1_000)]);
		drawnAtMs = nowMs;
		before = counts;
	};
}
