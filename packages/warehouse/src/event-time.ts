/**
 * The times of events that every way in accepts: the JSON endpoint in JavaScript, imported files in ClickHouse. Both
 * read the patterns of this file, which are within the common part of the two languages of regular expressions.
 */

const hour = '(?:[01]\\d|2[0-3])';
const sixtieth = '[0-5]\\d';
const day = '(?:0[1-9]|[12]\\d|3[01])';
const offset = `[+-]${hour}(?::?${sixtieth})?`;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The accepted forms. Only those whose reading is certain: no month or day before a year, which is read as either, and
 * no hour 24 or second 60.
 */
export const timePatterns = {
	/** ISO 8601, also with a blank or slashes, and a day alone. Without a zone: UTC. */
	iso: `^(\\d{4})[-/](0[1-9]|1[0-2])[-/](${day})(?:[T ](${hour}):(${sixtieth})(?::(${sixtieth})(?:\\.(\\d{1,9}))?)?(?: ?(Z|UTC|GMT|${offset}))?)?$`,
	/** The basic form of ISO 8601, `20260131T120000Z`, and a day alone. Without a zone: UTC. */
	compact: `^(\\d{4})(0[1-9]|1[0-2])(${day})(?:T?(${hour})(${sixtieth})(${sixtieth})()(Z|${offset})?)?$`,
	/** The form of mail and HTTP, `Sat, 31 Jan 2026 12:00:00 GMT`. */
	mail: `^(?:[A-Z][a-z]{2}, )?(\\d{1,2}) (${months.join('|')}) (\\d{4}) (${hour}):(${sixtieth}):(${sixtieth}) (GMT|UTC|[+-]${hour}${sixtieth})$`,
	/** Seconds since 1970, with a fraction. */
	seconds: '^\\d{9,10}(?:\\.\\d*)?$',
	/** Milliseconds, microseconds or nanoseconds since 1970. The first 13 digits are the milliseconds. */
	finer: '^(?:\\d{13}|\\d{16}|\\d{19})(?:\\.\\d*)?$',
} as const;

const [iso, compact, mail, seconds, finer] = Object.values(timePatterns).map((pattern) => new RegExp(pattern)) as [
	RegExp,
	RegExp,
	RegExp,
	RegExp,
	RegExp,
];

/** Milliseconds since 1970 of a time in one of the accepted forms; undefined for any other text. Pure. */
export function eventTimeMs(given: string | number): number | undefined {
	const text = String(given).trim();
	if (seconds.test(text)) {
		const [whole = '', fraction = ''] = text.split('.');
		return Number(whole + fraction.slice(0, 3).padEnd(3, '0'));
	}
	if (finer.test(text)) return Number(text.slice(0, 13));
	const [, ...parts] = iso.exec(text) ?? compact.exec(text) ?? [];
	if (parts.length > 0) return momentOf(parts);
	const [, dayOfMonth, month = '', year, ...rest] = mail.exec(text) ?? [];
	if (year === undefined) return undefined;
	const [h, m, s, zone] = rest;
	return momentOf([year, String(months.indexOf(month) + 1), dayOfMonth, h, m, s, undefined, zone]);
}

/** Year, month from 1, day, hour, minute, second, fraction and zone → milliseconds; undefined for 30 February. */
function momentOf(parts: readonly (string | undefined)[]): number | undefined {
	const [year, month, dayOfMonth, h, m, s] = parts.slice(0, 6).map((part) => Number(part ?? 0)) as [
		number,
		number,
		number,
		number,
		number,
		number,
	];
	const ms = Number((parts[6] ?? '').slice(0, 3).padEnd(3, '0'));
	const atDay = new Date(0);
	// Date.UTC would take the years 0 to 99 as 1900 to 1999.
	atDay.setUTCFullYear(year, month - 1, dayOfMonth);
	if (atDay.getUTCDate() !== dayOfMonth) return undefined;
	return atDay.getTime() + ((h * 60 + m) * 60 + s) * 1_000 + ms - offsetMinutes(parts[7]) * 60_000;
}

/** `+01:00`, `-0330`, `+01`; any other zone is UTC. */
function offsetMinutes(zone = ''): number {
	const [, sign, h, m = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
	return sign === undefined ? 0 : (Number(h) * 60 + Number(m)) * (sign === '-' ? -1 : 1);
}
