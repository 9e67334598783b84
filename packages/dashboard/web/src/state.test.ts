import { describe, expect, it } from 'vitest';
import { addressOf, daysOf, eachDay, readState } from './state.js';

const now = Date.UTC(2026, 2, 1, 12);

describe('the address', () => {
	it.each([
		'/',
		'/?view=pages&site=shop&days=7',
		'/?site=shop&from=2026-01-01&to=2026-01-31&device=mobile&country=',
		'/?view=retention&measure=revenue',
	])('%s says all of a state and nothing else', (address) => {
		expect(addressOf(readState(address.slice(1)))).toBe(address);
	});

	it('with nonsense in it is one without it', () => {
		expect(addressOf(readState('?view=toString&days=-3&from=soon&to=later&__proto__=1'))).toBe('/');
		expect(addressOf(readState('?from=2026-02-01&to=2026-01-01'))).toBe('/');
		expect(addressOf(readState('?from=2026-02-01&to=2026-02-30'))).toBe('/');
		expect(addressOf(readState('?from=0000-01-01&to=2026-02-01'))).toBe('/');
	});
});

describe('days', () => {
	it('that end today begin so many days before', () => {
		expect(daysOf({ kind: 'last', days: 1 }, now)).toEqual({ from: '2026-03-01', to: '2026-03-01' });
		expect(daysOf({ kind: 'last', days: 28 }, now)).toEqual({ from: '2026-02-02', to: '2026-03-01' });
	});

	it('are each one, over the end of a month', () => {
		expect(eachDay({ from: '2026-02-27', to: '2026-03-02' })).toEqual([
			'2026-02-27',
			'2026-02-28',
			'2026-03-01',
			'2026-03-02',
		]);
	});
});
