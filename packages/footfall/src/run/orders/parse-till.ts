import { CsvError, parse } from 'csv-parse/sync';
import { parseDecimal } from './decimal.js';

/** The amount and the currency of an order, on one of both sides. */
export interface Sale {
	/** Ten-thousandths of the major unit of the currency. */
	amount: bigint;
	/** Upper case. */
	currency: string;
}

/** The orders of a file by their id, or the first fault in it, with its line. */
export type ParsedTill = { ok: true; sales: Map<string, Sale> } | { ok: false; fault: string };

/** Names of the columns in the exports of shops, in lower case and with _ in place of blanks. */
const columnNames = {
	order: ['order_id', 'orderid', 'order', 'order_number', 'transaction_id', 'id'],
	amount: ['amount', 'total', 'value', 'revenue'],
	currency: ['currency', 'currency_code'],
} as const;

/** Parses the orders of a CSV file, whose cells are separated by commas, semicolons or tabs. Pure. */
export function parseTill(text: string): ParsedTill {
	try {
		const delimiter = delimiterOf(text.split('\n', 1)[0] as string);
		const options = { bom: true, delimiter, info: true, skip_empty_lines: true, trim: true } as const;
		const [header, ...rows] = parse(text, options) as unknown as Row[];
		return salesOf(columnsOf(header?.record ?? []), rows);
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		return { ok: false, fault: `line ${error.lines}: it is not CSV (${error.message})` };
	}
}

/** The separator of the cells. Amounts with a decimal comma are in files with another separator. */
const delimiterOf = (header: string) => ['\t', ';'].find((separator) => header.includes(separator)) ?? ',';

/** A row of the file. */
interface Row {
	record: string[];
	info: { lines: number };
}

type Columns = Record<keyof typeof columnNames, number>;

/** The position of each column, -1 for one that is missing. */
function columnsOf(header: readonly string[]): Columns {
	const names = header.map((name) => name.toLowerCase().replaceAll(/[ -]/g, '_'));
	const positionOf = (known: readonly string[]) => names.indexOf(known.find((name) => names.includes(name)) ?? '\n');
	return {
		order: positionOf(columnNames.order),
		amount: positionOf(columnNames.amount),
		currency: positionOf(columnNames.currency),
	};
}

function salesOf(columns: Columns, rows: readonly Row[]): ParsedTill {
	const missing = Object.entries(columns).find(([, position]) => position < 0)?.[0];
	if (missing !== undefined) {
		const names = columnNames[missing as keyof Columns];
		return { ok: false, fault: `line 1: no column is called ${names[0]} (or ${names.slice(1).join(', ')})` };
	}
	const sales = new Map<string, Sale>();
	for (const { record, info } of rows) {
		const cell = (name: keyof Columns) => record[columns[name]] ?? '';
		const order = cell('order');
		const amount = parseDecimal(cell('amount'));
		const currency = cell('currency').toUpperCase();
		const at = `line ${info.lines}:`;
		if (order === '') return { ok: false, fault: `${at} the order has no id` };
		if (amount === undefined)
			return { ok: false, fault: `${at} the amount is not a number such as 12.50, without separators of thousands` };
		if (!/^[A-Z]{3}$/.test(currency)) return { ok: false, fault: `${at} the currency is not a code such as EUR` };
		if (sales.has(order))
			return { ok: false, fault: `${at} an earlier line has the same order id; give one line for each order` };
		sales.set(order, { amount, currency });
	}
	return { ok: true, sales };
}
