import { formatDecimal } from './decimal.js';
import type { Sale } from './parse-till.js';

/** Orders by their id. */
type Sales = ReadonlyMap<string, Sale>;

/** The differences between the orders of a file and those of the mart. */
export interface Comparison {
	/** Orders that are equal on both sides. */
	equal: number;
	/** Ids of orders that only one side has. */
	onlyInFile: string[];
	onlyInMart: string[];
	/** Ids of orders whose amount or currency differs. */
	different: string[];
	/** Sums by currency, in the alphabetical order of the currencies. */
	totals: { currency: string; file: bigint; mart: bigint }[];
}

/** Compares the orders of both sides. Pure. */
export function compareSales(file: Sales, mart: Sales): Comparison {
	const both = [...file.keys()].filter((id) => mart.has(id));
	const different = both.filter((id) => {
		const [one, other] = [file.get(id) as Sale, mart.get(id) as Sale];
		return one.amount !== other.amount || one.currency !== other.currency;
	});
	return {
		equal: both.length - different.length,
		onlyInFile: [...file.keys()].filter((id) => !mart.has(id)),
		onlyInMart: [...mart.keys()].filter((id) => !file.has(id)),
		different,
		totals: totalsOf(file, mart),
	};
}

function totalsOf(file: Sales, mart: Sales): Comparison['totals'] {
	const sums = new Map<string, { file: bigint; mart: bigint }>();
	for (const [side, sales] of [
		['file', file],
		['mart', mart],
	] as const) {
		for (const { currency, amount } of sales.values()) {
			const sum = sums.get(currency) ?? { file: 0n, mart: 0n };
			sums.set(currency, { ...sum, [side]: sum[side] + amount });
		}
	}
	const currencies = [...sums.keys()].sort((one, other) => (one < other ? -1 : 1));
	return currencies.map((currency) => ({ currency, ...(sums.get(currency) as { file: bigint; mart: bigint }) }));
}

/** Whether both sides have the same orders. Pure. */
export const isEqual = ({ onlyInFile, onlyInMart, different }: Comparison): boolean =>
	onlyInFile.length + onlyInMart.length + different.length === 0;

/** Number of orders of each kind that the text lists; JSON has all. */
const listedMax = 20;

/** The comparison as lines of text. Pure. */
export function comparisonLines(comparison: Comparison, file: Sales, mart: Sales): string[] {
	const { equal, onlyInFile, onlyInMart, different, totals } = comparison;
	const money = (sale: Sale | undefined) => (sale ? `${formatDecimal(sale.amount)} ${sale.currency}` : 'missing');
	const list = (title: string, ids: readonly string[], lineOf: (id: string) => string) => {
		if (ids.length === 0) return [];
		const rest = ids.length > listedMax ? [`  and ${ids.length - listedMax} more; --json lists all`] : [];
		return [`${title}: ${ids.length}`, ...ids.slice(0, listedMax).map((id) => `  ${id}  ${lineOf(id)}`), ...rest];
	};
	return [
		`The file has ${file.size} orders, and the mart ${mart.size}. ${equal} are equal.`,
		...list('Only in the file', onlyInFile, (id) => money(file.get(id))),
		...list('Only in the mart', onlyInMart, (id) => money(mart.get(id))),
		...list('Different', different, (id) => `file ${money(file.get(id))}, mart ${money(mart.get(id))}`),
		...totals.map(
			(sum) =>
				`${sum.currency}: file ${formatDecimal(sum.file)}, mart ${formatDecimal(sum.mart)}, difference ${formatDecimal(sum.mart - sum.file)}`,
		),
	];
}

/** The comparison as JSON, with amounts as decimal text. Pure. */
export function comparisonJson(comparison: Comparison, file: Sales, mart: Sales): string {
	const plain = (sale: Sale | undefined) => sale && { amount: formatDecimal(sale.amount), currency: sale.currency };
	const { equal, onlyInFile, onlyInMart, different, totals } = comparison;
	return JSON.stringify({
		equal,
		onlyInFile: onlyInFile.map((orderId) => ({ orderId, ...plain(file.get(orderId)) })),
		onlyInMart: onlyInMart.map((orderId) => ({ orderId, ...plain(mart.get(orderId)) })),
		different: different.map((orderId) => ({
			orderId,
			file: plain(file.get(orderId)),
			mart: plain(mart.get(orderId)),
		})),
		totals: totals.map((sum) => ({
			currency: sum.currency,
			file: formatDecimal(sum.file),
			mart: formatDecimal(sum.mart),
			difference: formatDecimal(sum.mart - sum.file),
		})),
	});
}
