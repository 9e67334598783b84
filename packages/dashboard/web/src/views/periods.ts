import { daysBefore, eachDay } from '../state.js';
import type { ViewContext } from './view.js';

/**
 * Whether a day has numbers: not before the first day of the site, not after the day that is not over, and not after
 * the day of the previous period that this one is compared with. Pure.
 */
export function isKnown(day: string, { firstDay, days, open }: ViewContext): boolean {
	if (day < firstDay) return false;
	return open === undefined || (day <= open.today && (day >= days.from || day <= open.dayBefore));
}

/** Whether the site has all days of the previous period. Pure. */
export const isPeriodBeforeComplete = ({ firstDay, days }: ViewContext): boolean =>
	firstDay <= (daysBefore(eachDay(days))[0] as string);
