import { type Answers, liveSeconds } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import { rateChart } from '../charts/rate-chart.js';
import { h } from '../dom.js';
import { formatClock, formatCount, formatDuration, formatKnown } from '../format.js';
import type { Show, Stage } from './view.js';

/** Pause between two looks, milliseconds. */
const everyMs = 2_000;
/** Seconds that a bar of the chart stands for. */
const barSeconds = 5;

type Live = Answers['live'];

export const live: Show = async (stage) => {
	const { rows } = await stage.ask('live');
	const root = h('div.live', { 'data-live': true });
	draw(root, rows);
	void keepLooking(root, stage);
	return [root];
};

/** Looks again and again, while the page can be seen. A look that fails is said, and the next one tried. */
async function keepLooking(root: HTMLElement, stage: Stage): Promise<void> {
	while (!stage.signal.aborted) {
		await new Promise((resolve) => setTimeout(resolve, everyMs));
		if (stage.signal.aborted || document.hidden || root.contains(document.activeElement)) continue;
		try {
			const { rows } = await stage.ask('live');
			if (!stage.signal.aborted) draw(root, rows);
		} catch (error) {
			if (!stage.signal.aborted)
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
				newestMs === null ? 'none in 5 minutes' : 'by the clock of ClickHouse',
			),
			tile(
				'Marts',
				behindMs === null ? '–' : waiting === 0 ? 'Up to date' : `${formatDuration(behindMs)} behind`,
				behindMs === null ? 'how far behind is not known' : 'the other views read them',
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
		title: 'Last events',
		note: 'As they are stored. Lag: from the event in the page until the collector had it.',
		rowsMax: 25,
		empty: 'No events in the last 5 minutes.',
		table: {
			columns: [
				{ title: 'Ago', format: (ms: number) => formatDuration(Math.max(0, ms)) },
				{ title: 'Event' },
				{ title: 'Page' },
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
