import { day, inScope, maybeNumber, number, select, type ViewQueries } from '../query.js';

/** Active visitors of each day, and of the 7 and the 30 days that end with it. */
export const activity = {
	days: select(
		{ day, dau: number, wau: number, mau: number, stickiness: maybeNumber, newVisitors: number },
		`SELECT day, dau, wau, mau, stickiness, new_visitors AS newVisitors
FROM users_activity
WHERE ${inScope}
ORDER BY day`,
	),
} as const satisfies ViewQueries;
