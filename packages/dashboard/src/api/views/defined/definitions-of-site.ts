/** SQL for what definitions.json defines for a site. */

/** Condition on rows of the views `goals` and `funnels`: the site has them. */
export const isOfSite = '(empty(sites) OR has(sites, {site:String}))';

/**
 * Condition that leaves the day of the preceding period which today is compared with at the same time of the day. Pure.
 *
 * @param day column with the UTC day of a row
 * @param time column with its time
 * @param isOpen whether the range includes today
 */
export const untilNow = (day: string, time: string, isOpen: boolean): string =>
	isOpen ? ` AND (${day} >= {from:Date} OR ${time} < fromUnixTimestamp64Milli({until_before:Int64}, 'UTC'))` : '';
