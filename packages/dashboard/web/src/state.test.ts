import { viewNames } from '@footfall/dashboard/contract';
import { describe, expect, it } from 'vitest';
import { addressOf, daysOf, eachDay, readState } from './state.js';

const now = Date.UTC(2026, 2, 1, 12);

describe('the address', () => {
	it.each([
		'/',
		'/?view=pages&site=shop&days=7',
		'/?site=shop&from=2026-01-01&to=2026-01-31&device=mobile&country=',
		'/?view=retention&measure=revenue',
		'/?view=events&site=shop&event=sign+up&property=experiment%3Aplan%3Aa',
		'/?view=goals&site=shop&device=mobile&goal=order&funnel=shop',
	])('%s is restored from the state that it was read into', (address) => {
		expect(addressOf(readState(address.slice(1)))).toBe(address);
	});

	it('of an earlier version, with any view and any filter, is read completely', () => {
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
		const views = 'overview activity durations shop retention pages acquisition audience vitals live'.split(' ');
		expect(viewNames).toEqual(expect.arrayContaining(views));
		for (const view of views) {
			const filters = Object.fromEntries(names.map((name) => [name, `a ${name}`]));
			const query = new URLSearchParams({ view, site: 'shop', days: '7', ...filters, measure: 'revenue' });
			expect(readState(`?${query}`)).toEqual({
				view,
				site: 'shop',
				range: { kind: 'last', days: 7 },
				filters,
				measure: 'revenue',
			});
		}
	});

	it('with invalid parts is read without them', () => {
		expect(addressOf(readState('?view=toString&days=-3&from=soon&to=later&__proto__=1'))).toBe('/');
		expect(addressOf(readState('?from=2026-02-01&to=2026-01-01'))).toBe('/');
		expect(addressOf(readState('?from=2026-02-01&to=2026-02-30'))).toBe('/');
		expect(addressOf(readState('?from=0000-01-01&to=2026-02-01'))).toBe('/');
	});
});

describe('days', () => {
	it('of a range up to today include today', () => {
		expect(daysOf({ kind: 'last', days: 1 }, now)).toEqual({ from: '2026-03-01', to: '2026-03-01' });
		expect(daysOf({ kind: 'last', days: 28 }, now)).toEqual({ from: '2026-02-02', to: '2026-03-01' });
	});

	it('are listed across the end of a month', () => {
		expect(eachDay({ from: '2026-02-27', to: '2026-03-02' })).toEqual([
			'2026-02-27',
			'2026-02-28',
			'2026-03-01',
			'2026-03-02',
		]);
	});
});
