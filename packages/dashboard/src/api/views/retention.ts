import { day, number, select, type ViewQueries } from '../query.js';

/** Active visitors of each weekly cohort, by weeks since its first. The row of week 0 has the size of the cohort. */
export const retention = {
	weeks: select(
		{ cohortWeek: day, weekNumber: number, visitors: number },
		`SELECT cohort_week AS cohortWeek, week_number AS weekNumber, visitors
FROM retention
WHERE site = {site:String} AND cohort_week BETWEEN toMonday({from:Date}) AND {to:Date}
    AND week <= {to:Date} AND week_number <= 26
ORDER BY cohortWeek, weekNumber`,
	),
} as const satisfies ViewQueries;
