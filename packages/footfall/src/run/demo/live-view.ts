import { redraw } from '../../terminal/redraw.js';
import type { LiveCounts } from './count.js';

/** The state of a running demo. `tracked` and `acked` count this run, the others all stored events. */
export interface LiveState {
	tracked: number;
	/** Undefined while the collector restarts. */
	acked: number | undefined;
	counts: LiveCounts | undefined;
}

/** Draws the state: over the last drawing on a terminal, as one line elsewhere. */
export function liveView(print: (line: string) => void, terminal: boolean): (state: LiveState) => void {
	const draw = redraw(print, terminal);
	return (state) => draw(terminal ? terminalLines(state) : [plainLine(state)]);
}

/** Formats the state as one line. Pure. */
export function plainLine({ tracked, acked, counts }: LiveState): string {
	const head = `tracked ${tracked}, acked ${acked ?? '–'}`;
	if (!counts) return `${head}; ClickHouse does not answer`;
	const { raw, marts, sessions, dau, wau, mau, orders, revenue } = counts;
	return `${head} | raw ${raw}, marts ${marts} | sessions ${sessions}, dau ${dau}, wau ${wau}, mau ${mau}, orders ${orders}, revenue ${revenue}`;
}

/** Formats the state as a small table that follows an event from left to right. Pure. */
export function terminalLines({ tracked, acked, counts }: LiveState): string[] {
	const cell = (label: string, value: number | string | undefined) =>
		`${label} ${value === undefined ? '–' : value}`.padEnd(20);
	return [
		'',
		`this run    ${cell('tracked', tracked)}${cell('acked', acked)}`,
		`warehouse   ${cell('raw events', counts?.raw)}${cell('in marts', counts?.marts)}${cell('sessions', counts?.sessions)}`,
		`activity    ${cell('dau', counts?.dau)}${cell('wau', counts?.wau)}${cell('mau', counts?.mau)}`,
		`shop        ${cell('orders', counts?.orders)}${cell('revenue', counts?.revenue)}`,
	];
}
