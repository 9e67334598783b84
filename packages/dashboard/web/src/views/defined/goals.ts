import {
	audienceNames,
	type FilterName,
	filterNames,
	sessionAttributes,
	type ViewRows,
} from '@footfall/dashboard/contract';
import type { ViewAnswer } from '../../api-client.js';
import { card } from '../../cards/card.js';
import type { Cell, Column } from '../../cards/table.js';
import { colours } from '../../charts/chart-style.js';
import { h } from '../../dom.js';
import { attributeColumn, attributePlural } from '../../filters.js';
import { formatCount, formatMoneyIn, formatPart, formatShort, isolated } from '../../format.js';
import { changeOf } from '../../measures.js';
import { listOf } from '../list-of.js';
import { hasRows, parts } from '../parts.js';
import { isPeriodBeforeComplete } from '../periods.js';
import type { View, ViewContext } from '../view.js';
import { dayLines } from './day-lines.js';
import { notDefined, nothingDefined } from './not-defined.js';

type Rows = ViewRows['goals'];
type Goal = Rows['goals'][number];

const part = (value: number, of: number) => (of === 0 ? null : value / of);

export const goals: View = async (context) => {
	const answer = await context.fetchView('goals');
	const { rows } = answer;
	if (rows.goals.length === 0) return [nothingDefined('Goals', 'goal')];
	const chosen = rows.goals.find(({ isChosen }) => isChosen);
	if (chosen === undefined) return [goalsCard(context, rows), notDefined('Unknown goal', 'goal', context.state.goal)];
	return parts(
		() => goalsCard(context, rows),
		() => dayCards(context, rows, isolated(chosen.title)),
		() => attributeCards(context, answer, isolated(chosen.title)),
	);
};

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Columns of the list of goals, by their place in a row. */
const at = { title: 0, conversions: 1, visitors: 3, converted: 5, rate: 7, value: 9, goal: 11 } as const;

function goalsCard(context: ViewContext, rows: Rows): HTMLElement {
	const found = rows.goals;
	// Without the sessions of all days, there are no rates.
	const days = hasRows(rows, 'days') ? rows.days : [];
	const sessionsOf = (isCurrent: boolean) =>
		sumOf(days.filter(({ day }) => day >= context.days.from === isCurrent).map(({ sessions }) => sessions));
	const [now, before] = [sessionsOf(true), sessionsOf(false)];
	return card({
		title: 'Goals',
		note: 'Choose a goal to see it by day and by attribute. A conversion counts on the day on which its session started. A visitor counts once in the whole period. Rate: the share of all sessions that have a conversion.',
		table: {
			columns: goalColumns(context, found.find(({ isChosen }) => isChosen)?.goal),
			rows: found.map((goal) => [
				goal.title,
				goal.conversions,
				goal.conversionsBefore,
				goal.visitors,
				goal.visitorsBefore,
				goal.converted,
				goal.convertedBefore,
				part(goal.converted, now),
				part(goal.convertedBefore, before),
				valueText(goal, goal.values),
				valueText(goal, goal.valuesBefore),
				goal.goal,
			]),
		},
		rowsMax: 25,
	});
}

function goalColumns(context: ViewContext, chosen: string | undefined): Column[] {
	const hasBefore = isPeriodBeforeComplete(context);
	const changed = (index: number) => (row: readonly Cell[]) =>
		hasBefore ? changeOf({}, row[index] as number | null, row[index + 1] as number | null).text : '';
	const counted = (title: string, index: number): Column[] => [
		{ title, isNumber: true, format: formatCount, below: changed(index) },
		{ title: `${title}, previous period`, isExportOnly: true },
	];
	return [
		{
			title: 'Goal',
			barOf: at.conversions,
			choose: (row) => context.go({ goal: String(row[at.goal]) }),
			isChosen: (row) => row[at.goal] === chosen,
		},
		...counted('Conversions', at.conversions),
		...counted('Visitors', at.visitors),
		...counted('Sessions', at.converted),
		{
			title: 'Rate',
			isNumber: true,
			format: formatPart,
			below: (row) => (hasBefore ? beforeText(formatPart(row[at.rate + 1] as number | null)) : ''),
		},
		{ title: 'Rate, previous period', isExportOnly: true },
		{
			title: 'Value',
			isNumber: true,
			below: (row) => (hasBefore && row[at.value] !== null ? beforeText(String(row[at.value + 1])) : ''),
		},
		{ title: 'Value, previous period', isExportOnly: true },
		{ title: 'Name', isExportOnly: true },
	];
}

const beforeText = (value: string) => `before ${value}`;

/** Sums in each currency, which are not added: `1,200.00 EUR, 30.00 USD`. Null for a goal without a value. */
const valueText = ({ hasValue }: Goal, values: Goal['values']): string | null => {
	if (!hasValue) return null;
	return values.map(({ currency, value }) => formatMoneyIn(currency, value)).join(', ') || formatCount(0);
};

function dayCards(context: ViewContext, { days }: Rows, title: string): HTMLElement[] {
	const byDay = new Map(days.map((row) => [row.day, row]));
	const hasData = days.some(({ day }) => day >= context.days.from);
	return [
		dayLines(context, {
			title: `${title}: conversions by day`,
			name: 'Conversions',
			colour: colours.main,
			hasData,
			numberOf: (day) => byDay.get(day)?.conversions ?? 0,
			format: formatCount,
			formatTick: formatShort,
		}),
		dayLines(context, {
			title: `${title}: rate by day`,
			name: 'Rate',
			colour: colours.second,
			hasData,
			numberOf: (day) => {
				const row = byDay.get(day);
				return row ? part(row.converted, row.sessions) : null;
			},
			format: formatPart,
			formatTick: formatPart,
		}),
	];
}

/** The attributes by which a goal is listed, by column of the page: where sessions come from, and the others. */
const sources = filterNames.filter((name) => name !== 'entry' && !audienceNames.includes(name));
const listed = [sources, filterNames.filter((name) => !sources.includes(name))];

function attributeCards(context: ViewContext, { rows, lists }: ViewAnswer<'goals'>, title: string): HTMLElement[] {
	if (rows.attributes.length === 0) return [];
	return listed.map((names) =>
		h('div.stack', {}, ...names.map((name) => attributeCard(context, name, { rows, lists, title }))),
	);
}

function attributeCard(
	context: ViewContext,
	name: FilterName,
	{ rows, lists, title }: ViewAnswer<'goals'> & { title: string },
): HTMLElement {
	const rowsOf = ({ attributes }: Pick<Rows, 'attributes'>): Cell[][] =>
		attributes
			.filter(({ attribute }) => attribute === name)
			.map(({ value, sessions, conversions, converted }) => [value, sessions, conversions, part(converted, sessions)]);
	return card({
		title: `${title} by ${sessionAttributes[name].title.toLowerCase()}`,
		span: 1,
		addFilter: context.addFilter,
		list: listOf(context, 'goals', { name, lists, noun: attributePlural(name).toLowerCase(), rowsOf }),
		rowsMax: 8,
		table: {
			columns: [
				{ ...attributeColumn(name), barOf: 2 },
				{ title: 'Sessions', isNumber: true, format: formatCount },
				{ title: 'Conversions', isNumber: true, format: formatCount },
				{ title: 'Rate', isNumber: true, format: formatPart },
			],
			rows: rowsOf(rows),
		},
	});
}
