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

const dayMs = 86_400_000;

const textOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
