import { card } from '../cards/card.js';
import { heatChart } from '../charts/heat-chart.js';
import { formatCount, formatDay, formatPart } from '../format.js';
import type { View } from './view.js';

/** A percentage without decimals, since cells are small. */
const formatCell = (part: number) => (part > 0 && part < 0.005 ? '<1%' : formatPart(Number(part.toFixed(2))));

export const retention: View = async (context) => {
	const { rows } = await context.fetchView('retention');
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
			title: 'Weekly retention',
			note: `Visitors by the week of their first activity, and the share of them that was active in each later week, up to week 26.${context.isLastOpen ? ' Cells of the current week still grow.' : ''}`,
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
					{ title: 'Share of the cohort', isNumber: true, format: formatPart },
				],
				rows: rows.weeks.map((row, at) => [row.cohortWeek, row.weekNumber, row.visitors, cells[at]?.part ?? null]),
			},
			empty: 'No visitor was active for the first time in these days.',
		}),
	];
};
