/** The units of a currency that one euro was worth on a day. */
export interface Rate {
	/** `YYYY-MM-DD`. */
	day: string;
	/** Code of ISO 4217, which may be that of a currency that no longer exists. */
	currency: string;
	/** Decimal number above 0, as text, so that no digit changes. */
	perEuro: string;
}

/** The rates of a file, or the first fault in it: what is wrong, and in which line. */
export type ParsedRates = { ok: true; rates: Rate[] } | { ok: false; fault: string };

/** A fault in a line of the file. */
class LineFault extends Error {
	constructor(line: number, reason: string) {
		super(`line ${line}: ${reason}`);
	}
}

const months = ['january', 'february', 'march', 'april', 'may', 'june'].concat([
	'july',
	'august',
	'september',
	'october',
	'november',
	'december',
]);

/**
 * Parses the CSV files of the European Central Bank: a header `Date, USD, JPY, …`, and a line for each day, whose date
 * is `27 November 2026` in the daily file and `2026-11-27` in the historical one. `N/A` and an empty cell are no rate.
 * The lines of both files end with a comma. Pure.
 */
export function parseRates(text: string): ParsedRates {
	const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n/);
	try {
		const currencies = readHeader(lines[0] as string);
		const days = new Set<string>();
		const rates: Rate[] = [];
		for (const [index, line] of lines.entries()) {
			if (index === 0 || line.trim() === '') continue;
			const cells = cellsOf(line);
			const day = readDay(cells[0] as string, index + 1);
			if (days.has(day)) throw new LineFault(index + 1, `the day ${day} is in the file twice`);
			days.add(day);
			rates.push(...readLine(cells.slice(1), currencies, day, index + 1));
		}
		if (rates.length === 0) throw new LineFault(1, 'the file has no rates after its header');
		return { ok: true, rates };
	} catch (error) {
		if (!(error instanceof LineFault)) throw error;
		return { ok: false, fault: error.message };
	}
}

/** The cells of a line, without the empty one after its last comma. */
function cellsOf(line: string): string[] {
	const cells = line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
	if (cells.at(-1) === '') cells.pop();
	return cells;
}

function readHeader(line: string): string[] {
	const [date, ...currencies] = cellsOf(line);
	if (date?.toLowerCase() !== 'date' || currencies.length === 0)
		throw new LineFault(1, 'the header is not "Date" followed by currencies, as in the CSV files of the ECB');
	for (const [index, currency] of currencies.entries()) {
		if (!/^[A-Z]{3}$/.test(currency))
			throw new LineFault(1, `column ${index + 2} is not headed by a currency code such as USD`);
		if (currency === 'EUR') throw new LineFault(1, 'the rates are per euro, so that EUR cannot be a column');
		if (currencies.indexOf(currency) !== index) throw new LineFault(1, `${currency} heads two columns`);
	}
	return currencies;
}

function readDay(cell: string, line: number): string {
	const [, dayOfMonth, name, year] = /^(\d{1,2}) ([A-Za-z]+) (\d{4})$/.exec(cell) ?? [];
	const month = months.indexOf(name?.toLowerCase() ?? '') + 1;
	const iso = month === 0 ? cell : `${year}-${`${month}`.padStart(2, '0')}-${dayOfMonth?.padStart(2, '0')}`;
	const isDay = /^\d{4}-\d\d-\d\d$/.test(iso) && isoDay(iso) === iso;
	// The range of the column's type.
	if (!isDay || iso < '1970-01-01' || iso > '2149-06-06')
		throw new LineFault(line, 'it does not begin with a date such as 2026-11-27 or 27 November 2026');
	return iso;
}

/** The day of an ISO date as ISO date; another one, or nothing, if the calendar does not have it. */
function isoDay(iso: string): string | undefined {
	const ms = Date.parse(`${iso}T00:00:00Z`);
	return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, 10);
}

function readLine(cells: readonly string[], currencies: readonly string[], day: string, line: number): Rate[] {
	if (cells.length > currencies.length)
		throw new LineFault(line, `it has ${cells.length} rates for ${currencies.length} currencies`);
	return currencies.flatMap((currency, index) => {
		const cell = cells[index] ?? '';
		if (cell === '' || cell === 'N/A') return [];
		// 12 digits before the point and 6 after it are what the column of the table holds.
		if (!/^\d{1,12}(\.\d{1,6})?$/.test(cell) || Number(cell) === 0)
			throw new LineFault(line, `the rate of ${currency} is not a decimal number above 0 such as 1.0823`);
		return [{ day, currency, perEuro: cell }];
	});
}
