import { describe, expect, it } from 'vitest';
import { siteMoneyOf } from './site-money.js';

describe('the money of a site', () => {
	const found = [
		{ currency: '', orders: 9 },
		{ currency: ' EUR ', orders: 8 },
		{ currency: 'JPY', orders: 0 },
		{ currency: 'GBP', orders: 3 },
		{ currency: 'EUR', orders: 2 },
	];

	it('is in the currency of most orders, and never in a text that is no code', () => {
		expect(siteMoneyOf({}, found)).toEqual({ kind: 'orders', currency: 'GBP', isConverted: true });
		expect(siteMoneyOf({}, found.slice(0, 2)).currency).toBe('');
		expect(siteMoneyOf({}, [{ currency: 'GBP', orders: 1 }]).isConverted).toBe(false);
	});

	it('is that of the settings where they name it, and of checkouts until there is an order', () => {
		expect(siteMoneyOf({ currency: 'EUR', revenue: 'confirmed' }, found)).toMatchObject({
			kind: 'confirmed',
			currency: 'EUR',
		});
		expect(siteMoneyOf({}, [{ currency: 'GBP', orders: 0 }])).toMatchObject({ kind: 'checkouts', currency: '' });
	});
});
