import { pathDaysMax, readStep, stepText, type ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import type { Cell } from '../cards/table.js';
import { h } from '../dom.js';
import { formatCount, formatOptional, formatPage, formatPart, isolated } from '../format.js';
import { eachDay } from '../state.js';
import { listOf } from './list-of.js';
import type { View, ViewContext } from './view.js';

type Around = ViewRows['paths']['around'][number];

const title = 'Before and after';

/** Texts of rows that are no step. */
const ends: Readonly<Record<string, string>> = {
	start: 'Start of session',
	end: 'End of session',
	cut: 'Later steps are not kept',
};

const isStep = ({ kind }: Pick<Around, 'kind'>) => kind === 'page' || kind === 'event';
const nameOf = ({ kind, name, steps }: Around) =>
	kind === 'other' ? `${formatCount(steps)} other steps` : (ends[kind] ?? stepName(kind === 'page', name));

/** A step as the page shows it. The mart has two underscores after the name of an event without an object. */
const stepName = (isPage: boolean, name: string): string =>
	isPage ? formatPage(name) : formatOptional(name.replace(/(?<=.)__$/, ''));
const wordOf = (kind: string) => (kind === 'event' ? 'Event' : kind === 'page' ? 'Page' : '');

function placeOf(position: number): string {
	if (position === 0) return 'Start here';
	const count = Math.abs(position);
	return `${count} ${count === 1 ? 'step' : 'steps'} ${position < 0 ? 'before' : 'after'}`;
}

export const paths: View = async (context) => {
	const { rows, lists } = await context.fetchView('paths');
	const chosen = readStep(context.state.step ?? '');
	const all = rows.around.find(({ position }) => position === 0)?.sessions ?? 0;
	const rowsOf = (found: ViewRows['paths']): Cell[][] =>
		found.steps.map((row) => [stepName(row.kind === 'page', row.name), wordOf(row.kind), row.sessions, row.name]);
	return [
		card({
			title,
			note: noteOf(context, rows.around, all),
			content: () => columnsElement(context, rows.around, all),
			empty:
				chosen === undefined
					? 'No data for these days.'
					: `No session of these days has the ${chosen.isPage ? 'page' : 'event'} ${isolated(stepName(chosen.isPage, chosen.name))}.`,
			table: {
				columns: [
					{ title: 'Where' },
					{ title: 'Step' },
					{ title: 'Kind' },
					{ title: 'Sessions', isNumber: true, format: formatCount },
					{ title: 'Share', isNumber: true, format: formatPart },
				],
				rows: rows.around.map((row) => [
					placeOf(row.position),
					nameOf(row),
					wordOf(row.kind),
					row.sessions,
					row.sessions / all,
				]),
			},
		}),
		card({
			title: 'Pages and events',
			note: `Choose one to see what came before and after it. A session counts once.${boundOf(context.days, pathDaysMax.steps)}`,
			list: listOf(context, 'paths', { name: 'steps', lists, noun: 'pages and events', rowsOf }),
			table: {
				columns: [
					{
						title: 'Page or event',
						barOf: 2,
						choose: ([, kind, , name]) =>
							context.go({ step: stepText({ isPage: kind === wordOf('page'), name: `${name}` }) }),
					},
					{ title: 'Kind' },
					{ title: 'Sessions', isNumber: true, format: formatCount },
					{ title: 'Name', isExportOnly: true },
				],
				rows: rowsOf(rows),
			},
		}),
	];
};

function noteOf({ days }: ViewContext, around: readonly Around[], all: number): string | undefined {
	const start = around.find(({ position }) => position === 0);
	if (start === undefined) return undefined;
	const count = `${formatCount(all)} ${all === 1 ? 'session' : 'sessions'}`;
	return `${count} with the ${start.kind} ${isolated(stepName(start.kind === 'page', start.name))}, each counted once: what came before and after the first time. Shares are of these sessions.${boundOf(days, pathDaysMax.around)}`;
}

/** A sentence on the days that are counted, where they are not all of the range. */
const boundOf = (days: ViewContext['days'], daysMax: number): string =>
	eachDay(days).length > daysMax ? ` Sessions of the last ${daysMax} days of the range are counted.` : '';

/** A column for each position, whose steps can be clicked to start from them. */
function columnsElement(context: ViewContext, around: readonly Around[], all: number): HTMLElement {
	const positions = [...new Set(around.map(({ position }) => position))].sort((a, b) => a - b);
	return h(
		'div.paths',
		{},
		...positions.map((position) => {
			const own = around.filter((row) => row.position === position);
			return h(
				position === 0 ? 'section.path-column.start' : 'section.path-column',
				{ 'aria-label': placeOf(position) },
				h('h3', {}, placeOf(position)),
				h('ol', {}, ...own.map((row) => h('li', {}, stepElement(context, row, all)))),
			);
		}),
	);
}

function stepElement({ go }: ViewContext, row: Around, all: number): HTMLElement {
	const name = nameOf(row);
	const share = formatPart(row.sessions / all);
	const texts = [
		h('span.path-name', { title: name }, name),
		h('span.path-count', {}, `${row.kind === 'event' ? 'Event · ' : ''}${formatCount(row.sessions)} · ${share}`),
	];
	const step = stepText({ isPage: row.kind === 'page', name: row.name });
	const element =
		isStep(row) && row.position !== 0
			? h(
					'button.path-step',
					{
						type: 'button',
						'data-step': step,
						click: () => go({ step }),
					},
					h('span.visually-hidden', {}, `Start from the ${row.kind} `),
					...texts,
				)
			: h(isStep(row) ? 'div.path-step' : 'div.path-step.no-step', {}, ...texts);
	element.style.setProperty('--share', String(row.sessions / all));
	return element;
}
