import type { HistoryProgress } from '@footfall/simulation';
import { redraw } from '../../terminal/redraw.js';

const barCharacters = 30;

/** Formats the progress of a history as one line. Pure. @param seconds since the start of this run */
export function progressLine({ chunksDone, chunks, rows }: HistoryProgress, seconds: number): string {
	const share = chunksDone / chunks;
	const filled = Math.round(share * barCharacters);
	const bar = '█'.repeat(filled) + '░'.repeat(barCharacters - filled);
	const rate = seconds > 0 ? Math.round(rows / seconds) : 0;
	return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${grouped(rows)} events  ${grouped(rate)}/s`;
}

function grouped(n: number): string {
	return n.toLocaleString('en-US');
}

/** Draws the line five times a second over the last one on a terminal, and prints it every 5 s elsewhere. */
export function progressView(print: (line: string) => void, terminal: boolean): (progress: HistoryProgress) => void {
	const startedAtMs = performance.now();
	const everyMs = terminal ? 200 : 5_000;
	let drawnAtMs = terminal ? Number.NEGATIVE_INFINITY : startedAtMs;
	const draw = redraw(print, terminal);
	return (progress) => {
		const nowMs = performance.now();
		if (progress.chunksDone < progress.chunks && nowMs - drawnAtMs < everyMs) return;
		drawnAtMs = nowMs;
		draw([progressLine(progress, (nowMs - startedAtMs) / 1_000)]);
	};
}
