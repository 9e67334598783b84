import { describe, expect, it } from 'vitest';
import {
	formatCountry,
	formatDuration,
	formatDurations,
	formatPart,
	formatRoundDuration,
	formatVital,
	formatWindow,
	isolated,
} from './format.js';
import { changeOf, measures } from './measures.js';

describe('a text of a sender in a sentence', () => {
	it.each([
		['signup', 'signup'],
		['إضافة', '\u2068إضافة\u2069'],
		['הוסף', '\u2068הוסף\u2069'],
		['\u202Eedirrevo', '\u2068edirrevo\u2069'],
		['a\u2069\u202Eb', '\u2068ab\u2069'],
	])('does not change the direction of the words after it: %j', (text, shown) => {
		expect(isolated(text)).toBe(shown);
	});
});

describe('formatting', () => {
	it.each([
		[0, '0 s'],
		[4_240, '4.2 s'],
		[9_960, '10 s'],
		[59_400, '59 s'],
		[59_600, '1 min 00 s'],
		[200_000, '3 min 20 s'],
		[3_900_000, '1 h 05 min'],
		[172_799_000, '47 h 59 min'],
		[176_400_000, '2 d 01 h'],
		[null, '–'],
	])('shows a duration of %s ms as %s', (ms, text) => {
		expect(formatDuration(ms)).toBe(text);
	});

	it('shows the range of a bin in the unit of its lower bound', () => {
		expect(formatDurations(10_000, 30_000)).toBe('10–30 s');
		expect(formatDurations(1_800_000, 3_600_000)).toBe('30–60 min');
		expect(formatRoundDuration(14_400_000)).toBe('4 h');
	});

	it('shows a window in the largest unit that divides it', () => {
		expect([60_000, 5_400_000, 3_600_000, 129_600_000, 86_400_000, 1_209_600_000].map(formatWindow)).toEqual([
			'1 minute',
			'90 minutes',
			'1 hour',
			'36 hours',
			'1 day',
			'14 days',
		]);
	});

	it('shows shares as percentages, web vitals with their units, and countries by name', () => {
		expect(formatPart(0.1234)).toBe('12.3%');
		expect(formatVital('LCP', 2_345)).toBe('2.35 s');
		expect(formatVital('CLS', 0.104)).toBe('0.10');
		expect(formatCountry('DE')).toBe('Germany');
		expect(formatCountry('')).toBe('Unknown');
		expect(formatCountry('<b>')).toBe('<b>');
	});
});

describe('changeOf', () => {
	const of = (key: string, now: number | null, before: number | null) => {
		const measure = measures.find((each) => each.key === key);
		if (!measure) throw new Error(key);
		return changeOf(measure, now, before);
	};

	it('returns the size of a change, and whether it is good', () => {
		expect(of('visitors', 110, 100)).toEqual({ text: '▲ 10%', isGood: true });
		expect(of('visitors', 90, 100)).toEqual({ text: '▼ 10%', isGood: false });
		expect(of('bounceRate', 0.5, 0.4)).toEqual({ text: '▲ 25%', isGood: false });
		expect(of('visitors', 1_500, 100)).toEqual({ text: '▲ ×15', isGood: true });
	});

	it('returns "no change" also for two zeros, "new", or why there is no change', () => {
		expect(of('visitors', 100, 100)).toEqual({ text: 'no change', isGood: undefined });
		expect(of('visitors', 5, 0)).toEqual({ text: 'new', isGood: true });
		expect(of('visitors', 0, 0)).toEqual({ text: 'no change', isGood: undefined });
		expect(of('bounceRate', 0, 0)).toEqual({ text: 'no change', isGood: undefined });
		expect(of('visitors', 0, 5)).toEqual({ text: '▼ 100%', isGood: false });
		expect(of('averageDurationMs', 5, null).text).toBe('no sessions before');
		expect(of('averageDurationMs', null, 5).text).toBe('no sessions');
		expect(of('averageDurationMs', null, null).text).toBe('no sessions in both periods');
	});
});
