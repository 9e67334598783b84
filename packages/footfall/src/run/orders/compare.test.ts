import { describe, expect, it } from 'vitest';
import { compareSales, comparisonJson, comparisonLines, isEqual } from './compare.js';
import { formatDecimal, parseDecimal } from './decimal.js';
import { parseTill } from './parse-till.js';
import { readOrdersVerb } from './verbs.js';

const salesOf = (text: string) => {
	const parsed = parseTill(text);
	if (!parsed.ok) throw new Error(parsed.fault);
	return parsed.sales;
};

describe('amounts', () => {
	it.each([
		['12', 120_000n, '12.00'],
		['12.5', 125_000n, '12.50'],
		['12,50', 125_000n, '12.50'],
		['-0.0001', -1n, '-0.0001'],
		['0.125', 1_250n, '0.125'],
		['99999999999999.9999', 999_999_999_999_999_999n, '99999999999999.9999'],
	])('are exact: %s', (text, value, shown) => {
		expect(parseDecimal(text)).toBe(value);
		expect(formatDecimal(value)).toBe(shown);
	});

	it.each(['', '.5', '1,234.50', '1 234', '1.23456', '1e3', 'NaN', '€5'])('are refused: %j', (text) => {
		expect(parseDecimal(text)).toBeUndefined();
	});
});

describe('a file of orders', () => {
	it.each([
		'order_id,amount,currency\n1001,12.50,EUR\n',
		'\uFEFFOrder ID;Total;Currency\r\n1001;12,50;eur\r\n',
		'note\tid\tvalue\tcurrency\nx\t 1001 \t12.5\tEUR\n\n',
	])('is read with the names and separators of exports: %j', (text) => {
		expect(salesOf(text)).toEqual(new Map([['1001', { amount: 125_000n, currency: 'EUR' }]]));
	});

	it.each([
		['', 'line 1: no column is called order_id'],
		['order_id,currency\n', 'line 1: no column is called amount (or total'],
		['order_id,amount\n', 'line 1: no column is called currency'],
		['order_id,amount,currency\n,1,EUR\n', 'line 2: the order has no id'],
		['order_id,amount,currency\n1,"1,234.50",EUR\n', 'line 2: the amount is not a number'],
		['order_id,amount,currency\n1,1,Euro\n', 'line 2: the currency is not a code'],
		['order_id,amount,currency\n1,1,EUR\n1,2,EUR\n', 'line 3: an earlier line has the same order id'],
		['order_id,amount,currency\n1,1\n', 'it is not CSV'],
		['order_id,amount,currency\n"1,1,EUR\n', 'it is not CSV'],
	])('with a fault is refused: %j', (text, fault) => {
		expect(parseTill(text)).toEqual({ ok: false, fault: expect.stringContaining(fault) });
	});
});

describe('a comparison', () => {
	const head = 'order_id,amount,currency\n';
	const file = salesOf(`${head}1,10,EUR\n2,20,EUR\n3,30,USD\n4,40,EUR\n`);
	const mart = salesOf(`${head}1,10,EUR\n2,25,EUR\n3,30,EUR\n5,50,JPY\n`);

	it('lists the orders of one side, those that differ, and the totals of each currency', () => {
		const comparison = compareSales(file, mart);
		expect(isEqual(comparison)).toBe(false);
		expect(comparisonLines(comparison, file, mart)).toEqual([
			'The file has 4 orders, and the mart 4. 1 are equal.',
			'Only in the file: 1',
			'  4  40.00 EUR',
			'Only in the mart: 1',
			'  5  50.00 JPY',
			'Different: 2',
			'  2  file 20.00 EUR, mart 25.00 EUR',
			'  3  file 30.00 USD, mart 30.00 EUR',
			'EUR: file 70.00, mart 65.00, difference -5.00',
			'JPY: file 0.00, mart 50.00, difference 50.00',
			'USD: file 30.00, mart 0.00, difference -30.00',
		]);
		expect(JSON.parse(comparisonJson(comparison, file, mart))).toMatchObject({
			equal: 1,
			onlyInFile: [{ orderId: '4', amount: '40.00', currency: 'EUR' }],
			different: [{ orderId: '2', mart: { amount: '25.00' } }, { orderId: '3' }],
			totals: [{ currency: 'EUR', difference: '-5.00' }, {}, {}],
		});
	});

	it('is equal where both sides have the same orders', () => {
		const comparison = compareSales(file, new Map([...file].reverse()));
		expect(isEqual(comparison)).toBe(true);
		expect(comparisonLines(comparison, file, file)[0]).toBe('The file has 4 orders, and the mart 4. 4 are equal.');
	});

	it('lists 20 orders of a kind, and says how many more there are', () => {
		const many = new Map(Array.from({ length: 23 }, (_, i) => [`${i}`, { amount: 0n, currency: 'EUR' }]));
		const lines = comparisonLines(compareSales(many, new Map()), many, new Map());
		expect(lines[1]).toBe('Only in the file: 23');
		expect(lines[22]).toBe('  and 3 more; --json lists all');
	});
});

it.each([
	[[], 'orders requires a verb'],
	[['list'], 'unknown verb "list"; use footfall orders compare FILE'],
	[['compare'], 'compare requires a file'],
	[['compare', 'a.csv', 'b.csv'], 'unexpected argument "b.csv"'],
])('the arguments %j are refused', (operands, fault) => {
	expect(readOrdersVerb(operands)).toEqual({ ok: false, fault: expect.stringContaining(fault) });
});
