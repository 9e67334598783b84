import { liveSeconds, type ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import { rateChart } from '../charts/rate-chart.js';
import { h } from '../dom.js';
import { formatClock, formatCount, formatDuration, formatKnown, formatPage } from '../format.js';
import type { View, ViewContext } from './view.js';

/** Pause between two refreshes, milliseconds. */
const refreshMs = 2_000;
/** Width of a bar of the chart, seconds. */
const barSeconds = 5;

type Live = ViewRows['live'];

export const live: View = async (context) => {
	const { rows } = await context.fetchView('live');
	const root = h('div.live', { 'data-live': true });
	draw(root, rows);
	void keepRefreshing(root, context);
	return [root];
};

/** Refreshes the view while the page is visible. A failed refresh is shown, and the next one is tried as usual. */
async function keepRefreshing(root: HTMLElement, context: ViewContext): Promise<void> {
	while (!context.signal.aborted) {
		await new Promise((resolve) => setTimeout(resolve, refreshMs));
		if (context.signal.aborted || document.hidden || root.contains(document.activeElement)) continue;
		try {
			const { rows } = await context.fetchView('live');
			if (!context.signal.aborted) draw(root, rows);
		} catch (error) {
			if (!context.signal.aborted)
				root.replaceChildren(h('p.fault', { role: 'alert' }, String((error as Error).message)));
		}
	}
}

function draw(root: HTMLElement, { seconds, latest, now, marts }: Live): void {
	const { nowMs = 0, newestMs = null, visitors = 0 } = now[0] ?? {};
	const { behindMs = null, waiting = null } = marts[0] ?? {};
	const lastTen = seconds.filter(({ second }) => second > nowMs / 1_000 - 11 && second <= nowMs / 1_000 - 1);
	const perSecond = lastTen.reduce((sum, { events }) => sum + events, 0) / 10;
	const tile = (title: string, value: string, note: string) =>
		h(
			'div.tile.still',
			{},
			h('span.tile-title', {}, title),
			h('span.tile-value', {}, value),
			h('span.tile-change', {}, note),
		);
	root.replaceChildren(
		h(
			'div.tiles.four',
			{},
			tile(
				'Events per second',
				perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond),
				'in the last 10 seconds',
			),
			tile('Visitors', formatCount(visitors), 'in the last 5 minutes'),
			tile(
				'Newest event',
				newestMs === null ? '–' : `${formatDuration(nowMs - newestMs)} ago`,
				newestMs === null ? 'none in the last 5 minutes' : 'by the clock of ClickHouse',
			),
			tile(
				'Marts',
				behindMs === null ? '–' : waiting === 0 ? 'Up to date' : `${formatDuration(behindMs)} behind`,
				behindMs === null ? 'the lag is not known' : 'read by the other views',
			),
		),
		rateCard(seconds, nowMs),
		latestCard(latest, nowMs),
	);
}

function rateCard(seconds: Live['seconds'], nowMs: number): HTMLElement {
	const end = Math.floor(nowMs / 1_000 / barSeconds) * barSeconds;
	const starts = Array.from({ length: liveSeconds / barSeconds }, (_, at) => end - liveSeconds + (at + 1) * barSeconds);
	const bars = starts.map((start) => ({
		start: new Date(start * 1_000),
		rate:
			seconds
				.filter(({ second }) => second >= start && second < start + barSeconds)
				.reduce((sum, { events }) => sum + events, 0) / barSeconds,
	}));
	return card({
		title: 'Events per second',
		note: `The last 5 minutes, in steps of ${barSeconds} seconds.`,
		draw: (width) =>
			rateChart({
				bars,
				barSeconds,
				width,
				label: 'Events per second in the last 5 minutes',
			}),
		table: {
			columns: [
				{ title: 'From', format: (ms: number) => formatClock(ms) },
				{ title: 'Events per second', isNumber: true },
			],
			rows: bars.map(({ start, rate }) => [start.getTime(), rate]),
		},
	});
}

function latestCard(latest: Live['latest'], nowMs: number): HTMLElement {
	return card({
		title: 'Latest events',
		note: 'Events as stored. Lag: time from the event in the page to its receipt by the collector.',
		rowsMax: 25,
		empty: 'No events in the last 5 minutes.',
		table: {
			columns: [
				{ title: 'Ago', format: (ms: number) => formatDuration(Math.max(0, ms)) },
				{ title: 'Event' },
				{ title: 'Page', format: formatPage },
				{ title: 'Device', format: formatKnown },
				{ title: 'Browser', format: formatKnown },
				{ title: 'Amount', isNumber: true, format: (amount: number) => (amount === 0 ? '–' : amount.toFixed(2)) },
				{ title: 'Lag', isNumber: true, format: (ms: number) => formatDuration(ms) },
			],
			rows: latest.map((row) => [
				nowMs - row.receivedMs,
				[row.name, row.obj, row.objId].filter((part) => part !== '').join(' '),
				row.path,
				row.device,
				row.browser,
				row.amount,
				row.lagMs,
			]),
		},
	});
}
