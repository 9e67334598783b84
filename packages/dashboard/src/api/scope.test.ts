import { describe, expect, it } from 'vitest';
import { dayBefore, openDayOf } from '../contract/day-range.js';
import { noMoney } from './money/site-money.js';
import { parametersOf, sessionsOf } from './query.js';
import { readScope } from './scope.js';

const read = (text: string) => readScope(new URLSearchParams(text));
const asked = { site: 'shop', from: '2026-02-27', to: '2026-03-02' };
const whole = `${new URLSearchParams(asked)}`;

describe('readScope', () => {
	it('reads the site, the days and the filters', () => {
		expect(read(`${whole}&device=mobile&country=`)).toEqual({
			ok: true,
			scope: {
				site: 'shop',
				from: '2026-02-27',
				to: '2026-03-02',
				filters: { device: 'mobile', country: '' },
				choices: {},
				money: noMoney,
			},
		});
	});

	it('reads the step that a view starts from', () => {
		const scopeOf = (step: string) => readScope(new URLSearchParams({ ...asked, step }), ['step']);
		for (const step of ['page:/a?b=c', 'event:page:', 'page:', `page:${'x'.repeat(500)}`])
			expect(scopeOf(step)).toMatchObject({ ok: true, scope: { choices: { step } } });
		expect(scopeOf('/cart')).toEqual({ ok: false, fault: '"step" must begin with page: or event:' });
		expect(scopeOf(`page:${'x'.repeat(501)}`)).toEqual({ ok: false, fault: '"step" must have at most 500 characters' });
		expect(read(`${whole}&step=page:/`)).toEqual({ ok: false, fault: '"step" is not a parameter of this view' });
	});

	it('reads the event and the property that are chosen', () => {
		const scopeOf = (property: string) =>
			readScope(new URLSearchParams({ ...asked, event: 'sign up', property }), ['event', 'property']);
		const read = scopeOf('experiment:a:b');
		expect(read).toMatchObject({ scope: { choices: { event: 'sign up', property: 'experiment:a:b' } } });
		expect(read.ok && parametersOf(read.scope)).toMatchObject({ event: 'sign up', kind: 'experiment', key: 'a:b' });
		expect(scopeOf('b')).toEqual({ ok: false, fault: '"property" must begin with "property:" or "experiment:"' });
	});

	it('reads the goal or the funnel that a view shows', () => {
		const scopeOf = (query: string, chooses: 'goal' | 'funnel') =>
			readScope(new URLSearchParams(`${whole}&${query}`), [chooses]);
		expect(scopeOf('goal=sign%20up', 'goal')).toMatchObject({ scope: { choices: { goal: 'sign up' }, filters: {} } });
		expect(scopeOf('funnel=shop', 'funnel')).toMatchObject({ scope: { choices: { funnel: 'shop' }, filters: {} } });
		expect(scopeOf('funnel=shop', 'goal')).toEqual({ ok: false, fault: '"funnel" is not a parameter of this view' });
		const fault = '"goal" must have at most 500 characters';
		expect(scopeOf(`goal=${'x'.repeat(501)}`, 'goal')).toEqual({ ok: false, fault });
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
			choices: { goal: hostile, event: hostile },
			money: noMoney,
		};
		expect(sessionsOf(scope)).not.toContain('DROP');
		expect(parametersOf(scope)).toMatchObject({ site: hostile, filter_device: hostile, filter_entry: hostile });
	});
});
