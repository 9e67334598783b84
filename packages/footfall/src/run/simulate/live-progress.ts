import type { LiveCounts } from '@footfall/simulation';
import { redraw } from '../../terminal/redraw.js';

/** One line that says how a crowd is doing. Pure. @param before what was so far a second ago @param seconds since then */
export function liveLine(counts: LiveCounts, before: LiveCounts | undefined, seconds: number): string {
	const rate = (now: number, then = 0) => `${Math.round((now - then) / seconds).toLocaleString('en-US')}/s`;
	const { p50, p95, p99 } = counts.latencyMs;
	const head = `${rate(counts.batches, before?.batches)} batches, ${rate(counts.acked, before?.acked)} events acked`;
	const trouble =
		counts.sentAgain + counts.refused > 0 ? `, sent again ${counts.sentAgain}, refused ${counts.refused}` : '';
	return `${head}, ${counts.unanswered} under way${trouble} | ack p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`;
}

/** Draws the line over the last one on a terminal, and seldom elsewhere. */
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
