/** First and last day of ClickHouse's Date, and therefore of the marts. */
const firstDay = '1970-01-01';
const lastDay = '2149-06-06';

/**
 * Returns why a text is not a UTC day that a view accepts, as the end of a sentence; undefined for a valid day. Pure.
 */
export function dayFault(text: string): string | undefined {
	const ms = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
	// Some engines parse the 30th of February as the 2nd of March.
	if (Number.isNaN(ms) || textOf(ms) !== text) return 'must be a day like 2026-01-31';
	return text < firstDay || text > lastDay ? `must be a day from ${firstDay} to ${lastDay}` : undefined;
}

/** First day of the preceding period of the same length, clamped to the first valid day. Pure. */
export function dayBefore({ from, to }: { from: string; to: string }): string {
	const first = Date.parse(from);
	return textOf(Math.max(Date.parse(firstDay), first - (Date.parse(to) - first + dayMs)));
}

/** The part of a range that is over, if the range includes today, and the part of the preceding period like it. */
export interface OpenDay {
	/** The UTC day that is not over, `2026-01-31`. */
	today: string;
	/** Time up to which the range is counted, milliseconds since 1970: now. */
	untilMs: number;
	/** The day of the preceding period that today is compared with, and the same time of it. */
	dayBefore: string;
	untilBeforeMs: number;
}

/** Returns what of a range is not over; undefined if the range does not include today. Pure. */
export function openDayOf({ from, to }: { from: string; to: string }, nowMs: number): OpenDay | undefined {
	const today = textOf(nowMs);
	if (today < from || today > to) return undefined;
	const untilBeforeMs = nowMs - (Date.parse(to) - Date.parse(from) + dayMs);
	return untilBeforeMs < 0 ? undefined : { today, untilMs: nowMs, dayBefore: textOf(untilBeforeMs), untilBeforeMs };
}

const dayMs = 86_400_000;

const textOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
