import { describe, expect, it } from 'vitest';
import { dayBefore, openDayOf } from '../contract/day-range.js';
import { noMoney } from './money/site-money.js';
import { parametersOf, sessionsOf } from './query.js';
import { readScope } from './scope.js';

const read = (text: string) => readScope(new URLSearchParams(text));
const whole = 'site=shop&from=2026-02-27&to=2026-03-02';

describe('readScope', () => {
	it('reads the site, the days and the filters', () => {
		expect(read(`${whole}&device=mobile&country=`)).toEqual({
			ok: true,
			scope: {
				site: 'shop',
				from: '2026-02-27',
				to: '2026-03-02',
				filters: { device: 'mobile', country: '' },
				money: noMoney,
			},
		});
	});

	it('reads the name of what a view shows', () => {
		const read = (query: string, chooses: 'goal' | 'funnel') =>
			readScope(new URLSearchParams(`${whole}&${query}`), { chooses });
		expect(read('goal=sign%20up', 'goal')).toMatchObject({ ok: true, scope: { choice: 'sign up', filters: {} } });
		expect(read('funnel=shop', 'funnel')).toMatchObject({ ok: true, scope: { choice: 'shop', filters: {} } });
		expect(read('goal=', 'goal')).toMatchObject({ ok: true, scope: { filters: {} } });
		expect(read('funnel=shop', 'goal')).toEqual({ ok: false, fault: '"funnel" is not a parameter of this view' });
		expect(read(`goal=${'x'.repeat(501)}`, 'goal')).toEqual({
			ok: false,
			fault: '"goal" must have at most 500 characters',
		});
	});

	it('accepts every filter parameter that links and programs already use', () => {
		const names = [
			'device',
			'browser',
			'os',
			'country',
			'channel',
			'referrer',
			'source',
			'medium',
			'campaign',
			'entry',
		];
		const filters = Object.fromEntries(names.map((name) => [name, `a ${name}`]));
		expect(read(`${whole}&${new URLSearchParams(filters)}`)).toMatchObject({ ok: true, scope: { filters } });
	});

	it.each([
		['from=2026-01-01&to=2026-01-02', '"site" is missing'],
		['site=&from=2026-01-01&to=2026-01-02', '"site" must not be empty'],
		['site=shop&from=2026-02-30&to=2026-03-01', '"from" must be a day like 2026-01-31'],
		['site=shop&from=2026-01-02&to=2026-01-01', '"from" must not be after "to"'],
		['site=shop&from=1990-01-01&to=2026-01-01', 'from "from" to "to" must be at most 1100 days'],
		[`${whole}&site=blog`, '"site" is given twice'],
		[`${whole}&sql=SELECT`, '"sql" is not a parameter'],
		[`${whole}&exit=/`, '"exit" is not a parameter'],
		[`${whole}&device=${'x'.repeat(501)}`, '"device" must have at most 500 characters'],
	])('refuses %s and names the fault', (text, fault) => {
		expect(read(text)).toEqual({ ok: false, fault });
	});
});

describe('a range that includes today', () => {
	const now = Date.UTC(2026, 2, 7, 14, 5);

	it('is compared with the preceding period up to the same time', () => {
		expect(openDayOf({ from: '2026-03-07', to: '2026-03-07' }, now)).toEqual({
			today: '2026-03-07',
			untilMs: now,
			dayBefore: '2026-03-06',
			untilBeforeMs: now - 86_400_000,
		});
		expect(openDayOf({ from: '2026-03-01', to: '2026-03-07' }, now)).toMatchObject({ dayBefore: '2026-02-28' });
		// A month that has not ended: its days so far, and as many days of the period before.
		expect(openDayOf({ from: '2026-03-01', to: '2026-03-31' }, now)).toMatchObject({ dayBefore: '2026-02-04' });
	});

	it('differs from one that is over, or that has not begun', () => {
		expect(openDayOf({ from: '2026-03-01', to: '2026-03-06' }, now)).toBeUndefined();
		expect(openDayOf({ from: '2026-03-08', to: '2026-03-09' }, now)).toBeUndefined();
	});
});

describe('a scope', () => {
	it('is preceded by a period of the same length', () => {
		expect(dayBefore({ from: '2026-03-01', to: '2026-03-01' })).toBe('2026-02-28');
		expect(dayBefore({ from: '2026-03-01', to: '2026-03-07' })).toBe('2026-02-22');
	});

	it('never becomes part of the text of a query', () => {
		const hostile = "'; DROP TABLE sessions --";
		const scope = {
			site: hostile,
			from: '2026-01-01',
			to: '2026-01-02',
			filters: { device: hostile, entry: hostile },
			money: noMoney,
		};
		expect(sessionsOf(scope)).not.toContain('DROP');
		expect(parametersOf(scope)).toMatchObject({ site: hostile, filter_device: hostile, filter_entry: hostile });
	});
});
