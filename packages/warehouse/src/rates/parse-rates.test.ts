import { expect, it } from 'vitest';
import { parseRates } from './parse-rates.js';

it('reads the daily file of the ECB', () => {
	const text = 'Date, USD, JPY, IDR, \n27 November 2026, 1.0823, 163.06, 17432.13, \n';
	expect(parseRates(text)).toEqual({
		ok: true,
		rates: [
			{ day: '2026-11-27', currency: 'USD', perEuro: '1.0823' },
			{ day: '2026-11-27', currency: 'JPY', perEuro: '163.06' },
			{ day: '2026-11-27', currency: 'IDR', perEuro: '17432.13' },
		],
	});
});

it('reads the historical file of the ECB, in which a currency has no rate on some days', () => {
	const text = '\uFEFFDate,USD,ROL,CYP,\r\n2026-11-27,1.08,N/A,,\r\n1999-01-04,1.1789,13111,0.58231,\r\n';
	expect(parseRates(text)).toEqual({
		ok: true,
		rates: [
			{ day: '2026-11-27', currency: 'USD', perEuro: '1.08' },
			{ day: '1999-01-04', currency: 'USD', perEuro: '1.1789' },
			{ day: '1999-01-04', currency: 'ROL', perEuro: '13111' },
			{ day: '1999-01-04', currency: 'CYP', perEuro: '0.58231' },
		],
	});
});

it('reads a day of one digit, and cells in quotation marks', () => {
	expect(parseRates('"Date","USD"\n"1 May 2026","1.1"')).toEqual({
		ok: true,
		rates: [{ day: '2026-05-01', currency: 'USD', perEuro: '1.1' }],
	});
});

it.each([
	['', 'line 1: the header is not "Date"'],
	['<!doctype html>', 'line 1: the header is not "Date"'],
	['Date,\n2026-11-27,1', 'line 1: the header is not "Date" followed by currencies'],
	['Date,US\n', 'line 1: column 2 is not headed by a currency code'],
	['Date,USD,,JPY\n', 'line 1: column 3 is not headed by a currency code'],
	['Date,USD,USD\n', 'line 1: USD heads two columns'],
	['Date,EUR\n', 'line 1: the rates are per euro'],
	['Date,USD\n', 'line 1: the file has no rates'],
	['Date,USD\n2026-11-27,N/A\n', 'line 1: the file has no rates'],
	['Date,USD\n2026-02-30,1.1\n', 'line 2: it does not begin with a date'],
	['Date,USD\n30 February 2026,1.1\n', 'line 2: it does not begin with a date'],
	['Date,USD\n27 Novembre 2026,1.1\n', 'line 2: it does not begin with a date'],
	['Date,USD\n27.11.2026,1.1\n', 'line 2: it does not begin with a date'],
	['Date,USD\n2150-01-01,1.1\n', 'line 2: it does not begin with a date'],
	['Date,USD\n2026-11-27,1.1\n\n2026-11-27,1.2\n', 'line 4: the day 2026-11-27 is in the file twice'],
	['Date,USD\n2026-11-27,1.1,2\n', 'line 2: it has 2 rates for 1 currencies'],
	...['0', '0.000', '-1', '1e3', '1;2', 'NaN', '1.1234567', '1234567890123', '1 082'].map((cell) => [
		`Date,USD\n2026-11-27,${cell}\n`,
		'line 2: the rate of USD is not a decimal number above 0',
	]),
])('refuses %j, naming the line', (text, fault) => {
	expect(parseRates(text)).toEqual({ ok: false, fault: expect.stringContaining(fault) });
});
