import type { ViewRows } from '@footfall/dashboard/contract';
import { card } from '../../cards/card.js';
import type { Cell } from '../../cards/table.js';
import { colours } from '../../charts/chart-style.js';
import { h } from '../../dom.js';
import { formatCount, formatDuration, formatPart, formatWindow, isolated } from '../../format.js';
import { changeOf } from '../../measures.js';
import { parts } from '../parts.js';
import { isPeriodBeforeComplete } from '../periods.js';
import type { View, ViewContext } from '../view.js';
import { dayLines } from './day-lines.js';
import { notDefined, nothingDefined } from './not-defined.js';

type Rows = ViewRows['funnels'];
type Funnel = Rows['funnels'][number];

/** A step with what follows from those before it. */
interface Step {
	name: string;
	visitors: number;
	visitorsBefore: number;
	medianMs: number | null;
	/** Shares of the first step and of the step before, 0 to 1; null if nobody took that. */
	ofFirst: number | null;
	ofFirstBefore: number | null;
	ofPrevious: number | null;
	/** Visitors who took the step before and not this one; null for the first step. */
	dropped: number | null;
}

const part = (value: number, of: number) => (of === 0 ? null : value / of);

function stepsOf(rows: Rows['steps']): Step[] {
	const first = rows[0];
	return rows.map(({ step, title, visitors, visitorsBefore, medianMs }, at) => {
		const previous = rows[at - 1];
		return {
			name: `${step}. ${isolated(title)}`,
			visitors,
			visitorsBefore,
			medianMs,
			ofFirst: part(visitors, first?.visitors ?? 0),
			ofFirstBefore: part(visitorsBefore, first?.visitorsBefore ?? 0),
			ofPrevious: previous ? part(visitors, previous.visitors) : null,
			dropped: previous ? previous.visitors - visitors : null,
		};
	});
}

export const funnels: View = async (context) => {
	const { rows } = await context.fetchView('funnels');
	if (rows.funnels.length === 0) return [nothingDefined('Funnels', 'funnel')];
	const chosen = rows.funnels.find(({ isChosen }) => isChosen);
	const choice = choiceElement(context, rows.funnels);
	if (chosen === undefined) return [choice, notDefined('Unknown funnel', 'funnel', context.state.funnel)];
	return [
		choice,
		...parts(
			() => stepsCard(context, chosen, stepsOf(rows.steps)),
			() => daysCard(context, chosen, rows.days),
		),
	];
};

/** A button for each funnel. */
function choiceElement({ go }: ViewContext, found: readonly Funnel[]): HTMLElement {
	return h(
		'div.options',
		{ role: 'group', 'aria-label': 'Funnels; select one to show it' },
		...found.map(({ funnel, title, steps, windowMs, isChosen }) =>
			h(
				'button.option',
				{ type: 'button', 'aria-pressed': String(isChosen), 'data-funnel': funnel, click: () => go({ funnel }) },
				h('span.option-title', {}, title),
				h('span.option-note', {}, `${steps} steps within ${formatWindow(windowMs)}`),
			),
		),
	);
}

function stepsCard(context: ViewContext, { title, windowMs }: Funnel, steps: readonly Step[]): HTMLElement {
	const hasBefore = isPeriodBeforeComplete(context);
	return card({
		title,
		note: `Visitors who took the first step on these days, and then the others in this order, within ${formatWindow(windowMs)} of it, also in later sessions and after these days. A visitor who starts on several days counts once, with the furthest step. Times are medians since the step before.`,
		content: () => stepsElement(steps, hasBefore),
		table: {
			columns: [
				{ title: 'Step' },
				{
					title: 'Visitors',
					isNumber: true,
					format: formatCount,
					below: ([, now, before]) => (hasBefore ? changeOf({}, Number(now), Number(before)).text : ''),
				},
				{ title: 'Visitors, previous period', isExportOnly: true },
				{
					title: 'Of the first step',
					isNumber: true,
					format: formatPart,
					below: (row) => (hasBefore ? `before ${formatPart(row[4] as number | null)}` : ''),
				},
				{ title: 'Of the first step, previous period', isExportOnly: true },
				{ title: 'Of the step before', isNumber: true, format: formatPart },
				{
					title: 'Dropped off',
					isNumber: true,
					format: (value: number | null) => (value === null ? '–' : formatCount(value)),
				},
				{ title: 'Median time', isNumber: true, format: formatDuration },
			],
			rows: (steps[0]?.visitors ?? 0) === 0 ? [] : steps.map(cellsOf),
		},
	});
}

const cellsOf = (step: Step): Cell[] => [
	step.name,
	step.visitors,
	step.visitorsBefore,
	step.ofFirst,
	step.ofFirstBefore,
	step.ofPrevious,
	step.dropped,
	step.medianMs,
];

/** A bar for each step, and what happened between two of them. */
function stepsElement(steps: readonly Step[], hasBefore: boolean): HTMLElement {
	return h(
		'ol.funnel',
		{},
		...steps.map((step) => {
			const bar = h(
				'div.funnel-bar',
				{},
				h('span.funnel-name', {}, step.name),
				h('span.funnel-count', {}, `${formatCount(step.visitors)} · ${formatPart(step.ofFirst)}`),
			);
			bar.style.setProperty('--share', String(step.ofFirst ?? 0));
			return h(
				'li',
				{},
				step.dropped === null ? undefined : h('p.funnel-between', {}, betweenText(step, step.dropped)),
				bar,
				hasBefore ? h('p.funnel-change', {}, changeText(step)) : undefined,
			);
		}),
	);
}

/** `45.2% go on, after a median of 3 min 20 s; 123 drop off`. */
function betweenText({ ofPrevious, medianMs, visitors }: Step, dropped: number): string {
	if (ofPrevious === null) return 'No visitor took the step before';
	const after = visitors === 0 ? '' : `, after a median of ${formatDuration(medianMs)}`;
	return `${formatPart(ofPrevious)} go on${after}; ${formatCount(dropped)} drop off`;
}

/** `▲ 3.1% from 1,200, before 44.0% of the first step`. */
function changeText({ visitors, visitorsBefore, ofFirstBefore }: Step): string {
	const { text } = changeOf({}, visitors, visitorsBefore);
	return `${text}: ${formatCount(visitorsBefore)} · ${formatPart(ofFirstBefore)} in the previous period`;
}

function daysCard(context: ViewContext, { title }: Funnel, rows: Rows['days']): HTMLElement {
	const byDay = new Map(rows.map((row) => [row.day, row]));
	return dayLines(context, {
		title: `${isolated(title)}: share that reached the last step`,
		note: 'By the day of the first step. Visitors of the last days may still reach it.',
		name: 'Share',
		colour: colours.second,
		span: 2,
		hasData: rows.some(({ day }) => day >= context.days.from),
		numberOf: (day) => {
			const row = byDay.get(day);
			return row ? part(row.finished, row.started) : null;
		},
		format: formatPart,
		formatTick: formatPart,
	});
}
