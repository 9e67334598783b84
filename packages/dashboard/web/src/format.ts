const locale = 'en-GB';

const counts = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const money = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const part = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
const dayMonth = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dayMonthYear = new Intl.DateTimeFormat(locale, {
	weekday: 'short',
	day: 'numeric',
	month: 'short',
	year: 'numeric',
	timeZone: 'UTC',
});
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const regions = new Intl.DisplayNames([locale], { type: 'region' });

/** Placeholder for a missing value. */
const nothing = '–';

export const formatCount = (value: number): string => counts.format(value);
/** `12.3K`: for axes and small spaces. */
export const formatShort = (value: number): string => short.format(value);
export const formatMoney = (value: number): string => money.format(value);
/** @param value 0 to 1 */
export const formatPart = (value: number | null): string => (value === null ? nothing : part.format(value));

/** `1 h 05 min`, `3 min 20 s`, `4.2 s`. */
export function formatDuration(ms: number | null): string {
	if (ms === null) return nothing;
	const seconds = ms / 1_000;
	const whole = Math.round(seconds);
	if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
	if (whole < 60) return `${whole} s`;
	const minutes = Math.floor(whole / 60);
	const rest = (value: number) => String(value).padStart(2, '0');
	if (minutes < 60) return `${minutes} min ${rest(whole % 60)} s`;
	return `${Math.floor(minutes / 60)} h ${rest(minutes % 60)} min`;
}

/** A duration in one unit with at most one decimal, for small spaces: `0 s`, `10 s`, `3 min`, `1.5 h`. */
export function formatRoundDuration(ms: number): string {
	const { size, unit } = unitOf(ms);
	return `${Number((ms / size).toFixed(1))} ${unit}`;
}

/** `10–30 s`, `3–10 min`. */
export function formatDurations(fromMs: number, toMs: number): string {
	const { size, unit } = unitOf(fromMs);
	return `${fromMs / size}–${toMs / size} ${unit}`;
}

function unitOf(ms: number): { size: number; unit: string } {
	if (ms >= 3_600_000) return { size: 3_600_000, unit: 'h' };
	return ms >= 60_000 ? { size: 60_000, unit: 'min' } : { size: 1_000, unit: 's' };
}

/** @param day `2026-01-31` */
export const formatDay = (day: string | Date): string => dayMonth.format(new Date(day));
export const formatLongDay = (day: string | Date): string => dayMonthYear.format(new Date(day));
/** A time in the reader's time zone. */
export const formatClock = (ms: number): string => clock.format(ms);

/** @param code ISO 3166-1 alpha-2, or empty */
export function formatCountry(code: string): string {
	if (code === '') return 'Unknown';
	try {
		return regions.of(code) ?? code;
	} catch {
		return code;
	}
}

/** A value that is empty if it is not known. */
export const formatKnown = (value: string): string => (value === '' ? 'Unknown' : value);

/** A value of a web vital, with its unit. */
export function formatVital(metric: string, value: number | null): string {
	if (value === null) return nothing;
	if (metric === 'CLS') return value.toFixed(2);
	return value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${Math.round(value)} ms`;
}

/** A word with a capital first letter. */
export function capitalised(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}
