import { day, maybeNumber, number, ofDays, select, type View } from '../query.js';

/** Active visitors of each day, and of the 7 and 30 days that end with it. */
export const activity = {
	narrowing: 'none',
	queries: {
		days: select(
			{ day, dau: number, wau: number, mau: number, stickiness: maybeNumber, newVisitors: number },
			`SELECT day, dau, wau, mau, stickiness, new_visitors AS newVisitors
FROM users_activity
WHERE ${ofDays}
ORDER BY day`,
		),
	},
} as const satisfies View;
