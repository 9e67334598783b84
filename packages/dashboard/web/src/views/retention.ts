import { card } from '../cards/card.js';
import { heatChart } from '../charts/heat-chart.js';
import { formatCount, formatDay, formatPart } from '../format.js';
import type { Show } from './view.js';

/** Without decimals: a cell is small. */
const formatCell = (part: number) => (part > 0 && part < 0.005 ? '<1%' : formatPart(Number(part.toFixed(2))));

export const retention: Show = async (stage) => {
	const { rows } = await stage.ask('retention');
	const sizes = new Map(
		rows.weeks.filter(({ weekNumber }) => weekNumber === 0).map((row) => [row.cohortWeek, row.visitors]),
	);
	const cohorts = [...sizes.keys()];
	const nameOf = (cohort: string) => `${formatDay(cohort)} · ${formatCount(sizes.get(cohort) ?? 0)}`;
	const cells = rows.weeks.map(({ cohortWeek, weekNumber, visitors }) => {
		const cohort = sizes.get(cohortWeek) ?? visitors;
		return { row: nameOf(cohortWeek), column: weekNumber, visitors, cohort, part: visitors / cohort };
	});
	return [
		card({
			title: 'Who comes back',
			note: `Visitors by the week in which they were first active, and the part of them that was active so many weeks later.${stage.isLastOpen ? ' Cells of this week still grow.' : ''}`,
			draw: (width) =>
				heatChart({
					cells,
					rows: cohorts.map(nameOf),
					width,
					label: 'Retention by weekly cohort',
					format: formatCell,
				}),
			table: {
				columns: [
					{ title: 'Cohort' },
					{ title: 'Week', isNumber: true },
					{ title: 'Visitors', isNumber: true, format: formatCount },
					{ title: 'Of the cohort', isNumber: true, format: formatPart },
				],
				rows: rows.weeks.map((row, at) => [row.cohortWeek, row.weekNumber, row.visitors, cells[at]?.part ?? null]),
			},
			empty: 'Nobody was active for the first time in these days.',
		}),
	];
};
