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
const utcTime = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const utcDayTime = new Intl.DateTimeFormat(locale, {
	day: 'numeric',
	month: 'short',
	year: 'numeric',
	hour: '2-digit',
	minute: '2-digit',
	timeZone: 'UTC',
});
const regions = new Intl.DisplayNames([locale], { type: 'region' });

/** Placeholder for a missing value. */
const nothing = '–';

export const formatCount = (value: number): string => counts.format(value);
/** `12.3K`: for axes and small spaces. */
export const formatShort = (value: number): string => short.format(value);
export const formatMoney = (value: number): string => money.format(value);
/** An amount with the code of its currency: `12.50 EUR`. */
export const formatMoneyIn = (currency: string, value: number): string =>
	currency === '' ? formatMoney(value) : `${formatMoney(value)} ${currency}`;
/** @param value 0 to 1 */
export const formatPart = (value: number | null): string => (value === null ? nothing : part.format(value));

/** `14 d 02 h`, `1 h 05 min`, `3 min 20 s`, `4.2 s`. */
export function formatDuration(ms: number | null): string {
	if (ms === null) return nothing;
	const seconds = ms / 1_000;
	const whole = Math.round(seconds);
	if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
	if (whole < 60) return `${whole} s`;
	const minutes = Math.floor(whole / 60);
	const rest = (value: number) => String(value).padStart(2, '0');
	if (minutes < 60) return `${minutes} min ${rest(whole % 60)} s`;
	const hours = Math.floor(minutes / 60);
	if (hours < 48) return `${hours} h ${rest(minutes % 60)} min`;
	return `${Math.floor(hours / 24)} d ${rest(hours % 24)} h`;
}

/** The window of a funnel, in the largest unit that divides it: `14 days`, `1 day`, `36 hours`, `30 minutes`. */
export function formatWindow(ms: number): string {
	const minutes = ms / 60_000;
	const [size, unit] = minutes % 1_440 === 0 ? [1_440, 'day'] : minutes % 60 === 0 ? [60, 'hour'] : [1, 'minute'];
	return `${formatCount(minutes / size)} ${unit}${minutes === size ? '' : 's'}`;
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
/** A UTC day; the day that is not over has the time up to which it is counted. */
export function formatOpenDay(day: string | Date, open: { today: string; untilMs: number } | undefined): string {
	const isOpen = open !== undefined && new Date(day).getTime() === Date.parse(open.today);
	return isOpen ? `${formatLongDay(day)}, until ${formatUtcTime(open.untilMs)}` : formatLongDay(day);
}

/** A time in the reader's time zone. */
export const formatClock = (ms: number): string => clock.format(ms);

/** A UTC day and the time of it: `31 Jan 2026, 14:05`. */
export const formatTime = (ms: number): string => utcDayTime.format(ms);

/** A time of a UTC day: `14:05`. */
export const formatUtcTime = (ms: number): string => utcTime.format(ms);

/** The word for a value that is not known. */
const unknown = 'Unknown';

/** Whether a text is a word that some list shows for an empty value. @param word a further one */
const isWordForEmpty = (text: string, word: string) =>
	[unknown, nothing, word].some((each) => each.toLowerCase() === text.trim().toLowerCase());

/**
 * A value that is empty if it is not known. A value that would look like a word for that, like nothing or like a
 * quotation has quotation marks, so that no two values look the same.
 *
 * @param word the word for an empty value
 */
export function formatKnown(value: string, word = unknown): string {
	if (value === '') return word;
	const isMistakable = isWordForEmpty(value, word) || value.startsWith('"') || !/[^\s\p{C}]/u.test(value);
	return isMistakable ? quoted(value) : value;
}

/** A value that a session need not have: an empty one means none, and not that it is unknown. */
export const formatOptional = (value: string): string => formatKnown(value, nothing);

/** The path of a page. It is empty for page views without an address. */
export const formatPage = (path: string): string => formatKnown(path);

/** Reads what `formatKnown` has written, with any word of a list for an empty value. */
export function readKnown(shown: string, word = unknown): string {
	if (isWordForEmpty(shown, word)) return '';
	return shown.length >= 2 && shown.startsWith('"') && shown.endsWith('"') ? shown.slice(1, -1) : shown;
}

/** Controls of the writing direction, and letters that are written from right to left. */
const directed =
	/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/**
 * A text of a sender within a sentence or a title: its writing direction ends with it, so that it does not turn round
 * the words after it. Controls of the direction are left out, which could end the isolation.
 */
export const isolated = (value: string): string =>
	directed.test(value)
		? `\u2068${value.replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')}\u2069`
		: value;

const quoted = (value: string) => `"${value}"`;

/** A word with a capital first letter. A value that has one by itself has quotation marks. */
export function formatWord(value: string): string {
	const shown = formatKnown(value);
	if (shown !== value) return shown;
	const capital = capitalised(value);
	return decapitalised(capital) === value ? formatKnown(capital) : quoted(value);
}

/** Reads what `formatWord` has written. */
export function readWord(shown: string): string {
	const value = readKnown(shown);
	return value === shown ? decapitalised(value) : value;
}

/** The name of a country. A code that stands for the country of another code has that code beside its name. */
export function formatCountry(code: string): string {
	if (code === '') return unknown;
	const name = nameOfCountry(code);
	if (name === undefined) return readCountries().has(code) ? quoted(code) : formatKnown(code);
	return new Intl.Locale('und', { region: code }).region === code ? name : `${name} (${code})`;
}

/** Reads the name of a country, or its code. */
export const readCountry = (shown: string): string => readCountries().get(shown) ?? readKnown(shown);

function nameOfCountry(code: string): string | undefined {
	if (!/^[A-Z]{2}$/.test(code)) return undefined;
	const name = regions.of(code);
	return name === code ? undefined : name;
}

let countries: Map<string, string> | undefined;

/** Codes of all countries by their names. */
function readCountries(): Map<string, string> {
	if (countries) return countries;
	const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
	const codes = letters.flatMap((first) => letters.map((second) => first + second));
	countries = new Map(
		codes.filter((code) => nameOfCountry(code) !== undefined).map((code) => [formatCountry(code), code]),
	);
	return countries;
}

/** A value of a web vital, with its unit. */
export function formatVital(metric: string, value: number | null): string {
	if (value === null) return nothing;
	if (metric === 'CLS') return value.toFixed(2);
	return value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${Math.round(value)} ms`;
}

/** A word with a capital first letter. */
function capitalised(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}

const decapitalised = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);
